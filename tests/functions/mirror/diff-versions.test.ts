import { describe, expect, it } from 'vitest';
import { hasDatabase } from '#tests/setup/api.ts';
import { sha256, useMirroredDataset } from './mirrored-dataset.ts';

describe.skipIf(!hasDatabase)('GET /datasets/:id/diff', () => {
  const dataset = useMirroredDataset();
  const { api } = dataset;

  it('tells two versions apart', async () => {
    const { json } = await api.get(`${dataset.path}/diff?from=1&to=2`);
    expect(json()).toEqual({
      added: [{ path: 'new.txt', size: 3, sha256: sha256('new') }],
      removed: [{ path: 'empty.txt', size: 0, sha256: sha256('') }],
      changed: [
        {
          path: 'a.csv',
          from: { size: 8, sha256: sha256('x,y\n1,2\n') },
          to: { size: 8, sha256: sha256('x,y\n3,4\n') },
        },
      ],
      unchanged_count: 2,
      next_cursor: null,
    });
    const first = (await api.get(`${dataset.path}/diff?from=1&to=2&limit=2`)).json();
    const rest = (
      await api.get(`${dataset.path}/diff?from=1&to=2&limit=2&cursor=${first.next_cursor}`)
    ).json();
    expect([first.changed.length, first.removed.length, rest.added.length]).toEqual([1, 1, 1]);
    expect((await api.get(`${dataset.path}/diff?from=1&to=9`)).status).toBe(404);
    expect((await api.get(`${dataset.path}/diff?from=1`)).status).toBe(400);
  });
});
