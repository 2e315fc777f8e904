import { describe, expect, it } from 'vitest';
import { useMirroredDataset } from '#tests/functions/mirror/mirrored-dataset.ts';
import { hasDatabase } from '#tests/setup/api.ts';

describe.skipIf(!hasDatabase)('the syncs of a dataset', () => {
  const set = useMirroredDataset();

  it('are listed, newest first', async () => {
    const { status, text } = await set.api.get(`/ui${set.path}/syncs`);
    expect(status).toBe(200);
    const ids = [...text.matchAll(/>Sync (\d+)<\/a>/g)].map(([, id]) => Number(id));
    expect(ids).toHaveLength(2);
    expect(ids).toEqual(ids.toSorted((a, b) => b - a));
    expect(text).toContain('Done');
    expect((await set.api.get(`/ui${set.path}/syncs?before=${ids[0]}`)).text).not.toContain(
      `>Sync ${ids[0]}<`,
    );
  });
});
