import { describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';

describe.skipIf(!hasDatabase)("what is not a mirror's", () => {
  const api = useApi(useDatabase());

  it.each([
    ['POST', '/api/v1/competitions.CompetitionApiService/ListCompetitions'],
    ['POST', '/v1/models.ModelApiService/ListModels'],
    ['POST', '/api/v1/blobs.BlobApiService/StartBlobUpload'],
    ['POST', '/api/v1/datasets.DatasetApiService/DeleteDataset'],
    ['POST', '/api/v1/datasets.DatasetApiService/UpdateDatasetMetadata'],
    ['POST', '/api/v1/datasets/create/new'],
    ['GET', '/api/v1/competitions/list?search=x&search=y'],
    ['GET', '/v1/kernels/pull'],
    ['PUT', '/api/v1/datasets/view/ada/set'],
    ['DELETE', '/api/v1/x/y/z'],
    ['POST', '/api/v1/datasets/view/ada/set'],
  ] as const)('is one 400 that says what this is: %s %s', async (method, url) => {
    const body = { payload: '{}', headers: { 'content-type': 'application/json' } };
    const { status, headers, json } = await api.send({ method, url, ...(method !== 'GET' && body) });
    expect([status, json().code, json().error.status]).toEqual([400, 400, 'FAILED_PRECONDITION']);
    expect(json().message).toMatch(/mirror.*KAGGLE_API_ENVIRONMENT/);
    expect(headers['content-type']).toMatch(/^application\/json/);
  });

  it.each(['/api/v1', '/v1', '/api/v2/x', '/v1x'])('is nothing at %s', async (url) => {
    expect((await api.get(url)).status).toBe(404);
  });
});
