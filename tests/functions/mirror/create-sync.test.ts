import { describe, expect, it } from 'vitest';
import { hasDatabase } from '#tests/setup/api.ts';
import { useMirroredDataset } from './mirrored-dataset.ts';

describe.skipIf(!hasDatabase)('POST /datasets/:id/syncs', () => {
  const dataset = useMirroredDataset();
  const { api } = dataset;

  it('queues one sync, however often it is asked', async () => {
    const asked = await api.post(`${dataset.path}/syncs`, undefined);
    expect(asked.status).toBe(202);
    const sync = asked.json();
    expect(asked.headers.location).toBe(`/syncs/${sync.id}`);
    const { id } = dataset;
    expect(sync).toMatchObject({ dataset_id: id, ref: 'ada/set', state: 'queued', phase: null, attempts: 0 });
    expect((await api.post(`${dataset.path}/syncs`, undefined)).json().id).toBe(sync.id);
  });
});
