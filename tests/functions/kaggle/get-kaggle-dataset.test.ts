import { describe, expect, it } from 'vitest';
import { DatasetMessage } from '#shared/kaggle-wire/dataset-messages.ts';
import { hasDatabase } from '#tests/setup/api.ts';
import { SET, SOON, useKaggleMirror } from './kaggle-mirror.ts';

describe.skipIf(!hasDatabase)('GetDataset', () => {
  const { api, rpc, sql } = useKaggleMirror();

  it('describes a dataset with its newest version here', async () => {
    const { status, json } = await rpc('GetDataset', SET);
    expect(status).toBe(200);
    expect(DatasetMessage.parse(json())).toMatchObject({
      ref: 'ada/set',
      title: expect.any(String),
      currentVersionNumber: 2,
      totalBytes: expect.any(Number),
      lastUpdated: expect.stringMatching(/^\d{4}-.*Z$/),
      isPrivate: false,
      versions: [
        { versionNumber: 2, status: 'READY' },
        { versionNumber: 1, status: 'READY' },
      ],
    });
  });

  it.each(['/api/v1', '/v1'])(
    'is the same for REST below %s, with each optional field three times',
    async (root) => {
      const { json } = await api.get(`${root}/datasets/view/ADA/Set?unknown=1`);
      expect(json()).toMatchObject({
        ref: 'ada/set',
        currentVersionNumber: 2,
        currentVersionNumberNullable: 2,
        hasCurrentVersionNumber: true,
        thumbnailImageUrl: null,
        hasThumbnailImageUrl: false,
        tags: [],
        files: [],
      });
    },
  );

  it('names the newest whatever datasets pin, and no version that was removed', async () => {
    await sql(`UPDATE datasets SET pinned_version = 1 WHERE mirror_ref = 'ada/set'`);
    expect((await rpc('GetDataset', SET)).json().currentVersionNumber).toBe(2);
    await sql(`UPDATE versions SET state = 'removed' WHERE number = 1 AND mirror_id IN
      (SELECT id FROM mirrors WHERE ref = 'ada/set')`);
    expect((await rpc('GetDataset', SET)).json().versions).toHaveLength(1);
  });

  it('is 503 before the first version is here, and 404 once no dataset names it', async () => {
    expect((await rpc('GetDataset', SOON)).status).toBe(503);
    await sql(`DELETE FROM datasets WHERE mirror_ref = 'ada/soon'`);
    const { status, json } = await rpc('GetDataset', SOON);
    expect(status).toBe(404);
    expect(json().message).toContain('https://www.kaggle.com/datasets/ada/soon');
  });
});
