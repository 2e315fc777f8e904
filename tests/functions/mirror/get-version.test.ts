import { describe, expect, it } from 'vitest';
import { hasDatabase } from '#tests/setup/api.ts';
import { NO_VERSIONS, useMirroredDataset } from './mirrored-dataset.ts';

describe.skipIf(!hasDatabase)('GET /datasets/:id/versions/:version', () => {
  const dataset = useMirroredDataset();
  const { api, mirror } = dataset;

  it('says which version latest is', async () => {
    const { json, headers } = await api.get(`${dataset.path}/versions/latest`);
    expect(headers['content-location']).toBe(`${dataset.path}/versions/2`);
    expect(json()).toMatchObject({ version: 2, state: 'ready', file_count: 4 });
    expect((await api.get(`${dataset.path}/versions/2`)).json()).toEqual(json());
  });

  it.each(NO_VERSIONS)('has no version %s', async (version) => {
    expect((await api.get(`${dataset.path}/versions/${version}`)).status).toBe(404);
  });

  it('tells that there is nothing to be had of a dataset, once that is known', async () => {
    const soon = await dataset.registerSoon();
    expect((await mirror.fetch(['--queued'])).status).toBe(1);
    const gone = await api.get(`${soon}/versions/latest`);
    expect(gone.json()).toMatchObject({ status: 404, type: '/problems/not-available' });
  });
});
