import { describe, expect, it } from 'vitest';
import { hasDatabase } from '#tests/setup/api.ts';
import { useMirroredDataset } from './mirrored-dataset.ts';

describe.skipIf(!hasDatabase)('GET /syncs', () => {
  const dataset = useMirroredDataset();
  const { api } = dataset;

  it('lists those of a dataset in a state', async () => {
    const sync = (await api.post(`${dataset.path}/syncs`, undefined)).json();
    await api.send({ method: 'DELETE', url: `/syncs/${sync.id}` });
    const listed = (await api.get(`/syncs?dataset_id=${dataset.id}&state=cancelled`)).json();
    expect(listed.syncs.map((row: { id: number }) => row.id)).toEqual([sync.id]);
  });

  it('shows each as it is by itself', async () => {
    const { syncs } = (await api.get('/syncs?state=succeeded')).json();
    expect(syncs.map(({ tables }: { tables: unknown }) => tables)).toEqual([
      { done: 1, total: 1 },
      { done: 1, total: 1 },
    ]);
    for (const sync of syncs) expect((await api.get(`/syncs/${sync.id}`)).json()).toEqual(sync);
  });
});
