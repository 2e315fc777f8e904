import { describe, expect, it } from 'vitest';
import { hasDatabase } from '#tests/setup/api.ts';
import { useMirroredDataset } from './mirrored-dataset.ts';

describe.skipIf(!hasDatabase)('GET /datasets/:id/mirror', () => {
  const dataset = useMirroredDataset();
  const { api } = dataset;

  it('tells how its mirror is doing', async () => {
    const { json, headers } = await api.get(`${dataset.path}/mirror`);
    expect(json()).toEqual({
      ref: 'ada/set',
      state: 'ready',
      version: 2,
      upstream_updated_at: expect.stringMatching(/Z$/),
      checked_at: expect.stringMatching(/Z$/),
      stale: false,
      licence: 'unknown',
      last_error: null,
      sync_id: expect.any(Number),
    });
    const again = await api.get(`${dataset.path}/mirror`, { 'if-none-match': String(headers.etag) });
    expect(again.status).toBe(304);
  });

  it('tells of a dataset that it is not mirrored', async () => {
    const plain = (await api.post('/datasets', { name: 'Plain' })).json();
    expect((await api.get(`/datasets/${plain.id}/mirror`)).json()).toMatchObject({
      status: 404,
      type: '/problems/not-mirrored',
    });
  });
});
