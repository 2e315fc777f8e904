import { describe, expect, it } from 'vitest';
import { hasDatabase } from '#tests/setup/api.ts';
import { SET, SOON, useKaggleMirror } from './kaggle-mirror.ts';

describe.skipIf(!hasDatabase)('GetDatasetStatus', () => {
  const { api, rpc, sql } = useKaggleMirror();

  it('says whether there is a version to download', async () => {
    expect((await rpc('GetDatasetStatus', SET)).json()).toEqual({ status: 'READY' });
    expect((await rpc('GetDatasetStatus', SOON)).json()).toEqual({ status: 'NOT_YET_PERSISTED' });
    await sql(`UPDATE mirrors SET state = 'forbidden' WHERE ref = 'ada/soon'`);
    expect((await rpc('GetDatasetStatus', SOON)).json()).toEqual({ status: 'FAILED' });
    // What is here is served, whatever Kaggle says by now.
    await sql(`UPDATE mirrors SET state = 'gone', stale = true WHERE ref = 'ada/set'`);
    expect((await rpc('GetDatasetStatus', SET)).json()).toEqual({ status: 'READY' });
  });

  it('is a text alone on the old surface', async () => {
    const { status, json } = await api.get('/api/v1/datasets/status/ada/set');
    expect([status, json()]).toEqual([200, 'ready']);
  });

  it('is 404 for a dataset that is not here', async () => {
    const { status, json } = await rpc('GetDatasetStatus', { ownerSlug: 'no', datasetSlug: 'body' });
    expect([status, json().error.status]).toEqual([404, 'NOT_FOUND']);
  });
});
