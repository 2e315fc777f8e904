import { describe, expect, it } from 'vitest';
import { hasDatabase } from '#tests/setup/api.ts';
import { useMirroredDataset } from './mirrored-dataset.ts';

describe.skipIf(!hasDatabase)('GET /mirrors', () => {
  const dataset = useMirroredDataset();
  const { api } = dataset;

  it('lists those in a state, as each dataset tells of its own', async () => {
    const own = (await api.get(`${dataset.path}/mirror`)).json();
    expect((await api.get('/mirrors?state=ready')).json().mirrors).toEqual([own]);
    expect((await api.get('/mirrors?state=gone')).json()).toEqual({
      mirrors: [],
      counts: { ready: 1 },
      next_cursor: null,
    });
  });
});
