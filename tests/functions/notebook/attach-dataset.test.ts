import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FILES, useKaggleMirror } from '#tests/functions/kaggle/kaggle-mirror.ts';
import { hasDatabase } from '#tests/setup/api.ts';

describe.skipIf(!hasDatabase)('AttachDatasourceUsingJwtRequest', () => {
  const { api, mirror } = useKaggleMirror();
  const attach = (datasetRef: object, more: object = {}) =>
    api.post('/kaggle-jwt-handler/AttachDatasourceUsingJwtRequest', { datasetRef, ...more });

  it('says where a version is on the volume', async () => {
    const { json } = await attach({ OwnerSlug: 'Ada', DatasetSlug: 'set' });
    expect(json()).toEqual({
      wasSuccessful: true,
      result: { mountSlug: 'datasets/ada/set/versions/2', versionNumber: 2 },
    });
    const older = (await attach({ OwnerSlug: 'ada', DatasetSlug: 'set', VersionNumber: '1' })).json();
    const file = join(mirror.volume, older.result.mountSlug, 'a.csv');
    expect(await readFile(file, 'utf8')).toBe(FILES['a.csv']);
  });

  it.each([
    [404, { OwnerSlug: 'ada', DatasetSlug: 'none' }],
    [404, { OwnerSlug: 'ada', DatasetSlug: 'set', VersionNumber: '9' }],
    [503, { OwnerSlug: 'ada', DatasetSlug: 'soon' }],
    [400, { OwnerSlug: 'ada', DatasetSlug: 'set', VersionNumber: 'latest' }],
    [400, { ModelSlug: 'x' }],
  ])('is %i for %j: a client would wait for a folder for ever', async (status, ref) => {
    expect((await attach(ref)).status).toBe(status);
  });

  it('attaches datasets only', async () => {
    const body = { modelRef: { OwnerSlug: 'a', ModelSlug: 'b' } };
    expect((await api.post('/kaggle-jwt-handler/AttachDatasourceUsingJwtRequest', body)).status).toBe(400);
  });
});
