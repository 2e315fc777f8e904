import { describe, expect, it } from 'vitest';
import { hasDatabase } from '#tests/setup/api.ts';
import { useMirroredDataset } from './mirrored-dataset.ts';

describe.skipIf(!hasDatabase)('DELETE /syncs/:id', () => {
  const dataset = useMirroredDataset();
  const { api } = dataset;

  it('stops a sync once, and leaves the mirror as it was', async () => {
    const sync = (await api.post(`${dataset.path}/syncs`, undefined)).json();
    const cancelled = await api.send({ method: 'DELETE', url: `/syncs/${sync.id}` });
    expect(cancelled).toMatchObject({ status: 202 });
    expect(cancelled.json()).toMatchObject({ state: 'cancelled', finished_at: expect.any(String) });
    expect((await api.send({ method: 'DELETE', url: `/syncs/${sync.id}` })).status).toBe(409);
    expect((await api.get(`${dataset.path}/mirror`)).json().state).toBe('ready');
  });
});
