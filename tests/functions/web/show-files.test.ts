import { describe, expect, it } from 'vitest';
import { FILES, NO_VERSIONS, sha256, useMirroredDataset } from '#tests/functions/mirror/mirrored-dataset.ts';
import { hasDatabase } from '#tests/setup/api.ts';

describe.skipIf(!hasDatabase)('the files of a dataset', () => {
  const set = useMirroredDataset();
  const get = (query: string) => set.api.get(`/ui${set.path}/files${query}`);
  const names = (text: string) =>
    [...text.matchAll(/<a class="name" href="[^"]*">([^<]*)</g)].map(([, name]) => name);

  it('are a tree, folders first', async () => {
    const { status, text } = await get('?version=1');
    expect(status).toBe(200);
    expect(names(text)).toEqual(['b/', 'a.csv', 'empty.txt']);
    expect(text).toContain('2 files');
    expect(text).toContain(`data-copy="${sha256(FILES['a.csv'])}"`);
    expect(names((await get('?version=1&path=b%2F')).text)).toEqual([
      'line\nbreak.bin',
      'ü &amp; &quot;quoted&quot;.txt',
    ]);
  });

  it('are of the version that is shown', async () => {
    expect(names((await get('')).text)).toEqual(['b/', 'a.csv', 'new.txt']);
    expect(names((await get('?version=')).text)).toEqual(['b/', 'a.csv', 'new.txt']);
    for (const version of NO_VERSIONS)
      expect((await get(`?version=${version}`)).status, version).toBeGreaterThanOrEqual(400);
  });

  it('show how they begin, where they are text', async () => {
    const { text } = await get('?version=1&path=a.csv');
    expect(text).toContain('x,y\n1,2\n');
    expect(text).toContain(`href="${set.path}/versions/1/files/a.csv"`);
    const odd = await get(`?version=1&path=${encodeURIComponent('b/ü & "quoted".txt')}`);
    expect(odd.text).toContain('b/%C3%BC%20%26%20%22quoted%22.txt');
    expect((await get(`?version=1&path=${encodeURIComponent('b/line\nbreak.bin')}`)).text).toContain(
      'No preview',
    );
  });

  it.each(['nothing', 'nothing/', '../', 'b', 'b%2F..%2Fa.csv'])('have nothing at %s', async (path) => {
    expect((await get(`?version=1&path=${path}`)).status).toBe(404);
  });
});
