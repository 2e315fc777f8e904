import { describe, expect, it } from 'vitest';
import { hasDatabase } from '#tests/setup/api.ts';
import { DESCRIBED, useDescribedDataset } from './described-dataset.ts';

describe.skipIf(!hasDatabase)('GET /datasets/:id/versions/:version/metadata', () => {
  const { api } = useDescribedDataset();

  it('is what Kaggle said when the version was mirrored', async () => {
    const first = (await api.get('/datasets/1/versions/1/metadata')).json();
    expect(first).toMatchObject({
      version: 1,
      kaggle: {
        title: DESCRIBED.title,
        views: 1_000,
        downloads: 200,
        votes: 30,
        notebooks: 4,
        discussions: 1,
      },
    });
    const second = (await api.get('/datasets/1/versions/2/metadata')).json();
    expect(second).toMatchObject({
      version: 2,
      kaggle: { title: 'Seals, renamed', views: 2_000, votes: null },
    });
  });

  it('says which version latest is', async () => {
    const { headers, json } = await api.get('/datasets/1/versions/latest/metadata');
    expect(headers['content-location']).toBe('/datasets/1/versions/2/metadata');
    expect(json().version).toBe(2);
    expect((await api.get('/datasets/1/versions/3/metadata')).status).toBe(404);
  });

  it('describes the columns of the tables', async () => {
    const { columns } = (await api.get('/datasets/1/versions/2/tables/counts')).json();
    expect(columns.map(({ name, description }: Record<string, string>) => [name, description])).toEqual([
      ['site', 'Name of the haul-out site'],
      ['seal count', 'Seals on land at low tide'],
      ['observer', null],
    ]);
  });
});
