import { describe, expect, it } from 'vitest';
import { hasDatabase } from '#tests/setup/api.ts';
import { useMirroredDataset } from './mirrored-dataset.ts';

describe.skipIf(!hasDatabase)('GET /syncs/:id', () => {
  const dataset = useMirroredDataset();
  const { api } = dataset;

  it('gives a sync as it was given to who asked for it', async () => {
    const sync = (await api.post(`${dataset.path}/syncs`, undefined)).json();
    expect((await api.get(`/syncs/${sync.id}`)).json()).toEqual(sync);
  });
});
