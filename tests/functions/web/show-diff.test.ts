import { describe, expect, it } from 'vitest';
import { useMirroredDataset } from '#tests/functions/mirror/mirrored-dataset.ts';
import { hasDatabase } from '#tests/setup/api.ts';

describe.skipIf(!hasDatabase)('the page of a diff', () => {
  const set = useMirroredDataset();
  const get = (query: string) => set.api.get(`/ui${set.path}/diff${query}`);

  it('counts and lists what was added, removed and changed', async () => {
    const { status, text } = await get('?from=1&to=2');
    expect(status).toBe(200);
    expect(text).toContain('Added 1 · Removed 1 · Changed 1 · Same 2');
    const changes = [...text.matchAll(/class="name">([^<]+)<.*?<td><span class="\w+">(\w+)</gs)];
    expect(changes.map(([, path, change]) => [path, change])).toEqual([
      ['a.csv', 'Changed'],
      ['empty.txt', 'Removed'],
      ['new.txt', 'Added'],
    ]);
    expect((await get('?from=2&to=1')).text).toContain('Added 1 · Removed 1 · Changed 1 · Same 2');
  });

  it('is of the two newest when none are chosen', async () => {
    expect((await get('')).text).toContain('Added 1 · Removed 1 · Changed 1 · Same 2');
    expect((await get('?from=&to=')).status).toBe(200);
  });

  it('is 404 for versions that are not there, and before there are two', async () => {
    for (const query of ['?from=1&to=9', '?to=1']) expect((await get(query)).status, query).toBe(404);
    expect((await get('?from=x&to=1')).status).toBe(400);
  });
});
