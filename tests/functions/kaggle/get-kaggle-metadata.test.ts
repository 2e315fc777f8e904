import { describe, expect, it } from 'vitest';
import { DatasetMetadataMessage } from '#shared/kaggle-wire/dataset-messages.ts';
import { hasDatabase } from '#tests/setup/api.ts';
import { SET, SOON, useKaggleMirror } from './kaggle-mirror.ts';

describe.skipIf(!hasDatabase)('GetDatasetMetadata', () => {
  const { api, rpc, sql } = useKaggleMirror();

  it('is what the command writes to dataset-metadata.json, before there is a version, too', async () => {
    const said = {
      title: 'A set',
      description: 'Of things',
      licence: 'CC0: Public Domain',
      keywords: ['ada'],
    };
    await sql(`UPDATE mirror_metadata SET description = description || $1`, [JSON.stringify(said)]);
    const { info } = DatasetMetadataMessage.parse((await rpc('GetDatasetMetadata', SET)).json());
    expect(info).toMatchObject({
      datasetSlug: 'set',
      ownerUser: 'ada',
      title: 'A set',
      description: 'Of things',
      licenses: [{ name: 'CC0: Public Domain' }],
      keywords: ['ada'],
    });
    expect((await rpc('GetDatasetMetadata', SOON)).json().info).toMatchObject({
      title: 'Soon',
      licenses: [{ name: 'unknown' }],
    });
    expect((await api.get('/api/v1/datasets/metadata/ada/set')).json().info).toEqual(info);
  });

  it('cannot be changed here', async () => {
    const { status, json } = await api.post('/api/v1/datasets/metadata/ada/set', { settings: {} });
    expect([status, json().error.status]).toEqual([400, 'FAILED_PRECONDITION']);
  });
});
