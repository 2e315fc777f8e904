import { describe, expect, it } from 'vitest';
import { hasDatabase, useApi } from '#tests/setup/api.ts';
import { useDescribedDataset } from './described-dataset.ts';

describe.skipIf(!hasDatabase)('GET /datasets/:id/croissant', () => {
  const { api, database } = useDescribedDataset();
  const named = useApi(database, { PUBLIC_URL: 'https://data.example.org/kaggle/' });

  it('is of the latest version, and says which that is', async () => {
    const { json, headers } = await api.get('/datasets/1/croissant');
    expect(headers['content-location']).toBe('/datasets/1/versions/2/croissant');
    expect(headers['content-type']).toBe(
      'application/ld+json; profile="http://mlcommons.org/croissant/1.1"; charset=utf-8',
    );
    expect(json().version).toBe('2.0.0');
  });

  it('names addresses as PUBLIC_URL says, or as the request does', async () => {
    const file = async (of: typeof api, host?: string) =>
      (await of.get('/datasets/1/croissant', host ? { host } : {})).json().distribution[0].contentUrl;
    const path = 'datasets/1/versions/2/files/counts.csv';
    expect(await file(named, 'other.example')).toBe(`https://data.example.org/kaggle/${path}`);
    expect(await file(api, 'mirror.example:8080')).toBe(`http://mirror.example:8080/${path}`);
  });

  it('is 503 before there is a version', async () => {
    const source_url = 'https://www.kaggle.com/datasets/ada/soon';
    const { id } = (await api.post('/datasets', { name: 'Soon', source_url })).json();
    expect((await api.get(`/datasets/${id}/croissant`)).json()).toMatchObject({
      status: 503,
      type: '/problems/not-ready',
    });
  });
});
