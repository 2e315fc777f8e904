import { describe, expect, it } from 'vitest';
import { hasDatabase } from '#tests/setup/api.ts';
import { DESCRIBED, useDescribedDataset } from './described-dataset.ts';

describe.skipIf(!hasDatabase)('GET /datasets/:id/metadata', () => {
  const { api, mirror, describeAtKaggle } = useDescribedDataset();

  it('is what Kaggle says now, with our name and description', async () => {
    await api.send({ method: 'PATCH', url: '/datasets/1', payload: { name: 'Ours', description: 'Mine' } });
    const { json, status } = await api.get('/datasets/1/metadata');
    expect(status).toBe(200);
    expect(json()).toMatchObject({
      name: 'Ours',
      description: 'Mine',
      ref: 'ada/seals',
      version: 2,
      received_at: expect.stringMatching(/Z$/),
      kaggle: {
        title: 'Seals, renamed',
        subtitle: DESCRIBED.subtitle,
        description: DESCRIBED.description,
        keywords: DESCRIBED.keywords,
        licence: 'CC-BY-4.0',
        owner: { ref: 'Ada', name: 'Ada Lovelace' },
        collaborators: ['grace'],
        usability: 0.88,
        views: 2_000,
        image_url: DESCRIBED.image,
        url: 'https://www.kaggle.com/datasets/Ada/seals',
        files: [
          {
            path: 'counts.csv',
            description: 'One row for each survey',
            columns: [
              { name: 'site', type: 'string', description: 'Name of the haul-out site' },
              { name: 'Seal Count', type: 'integer', description: 'Seals on land at low tide' },
            ],
          },
          { path: 'sites/map.geojson', description: 'Where the sites are', columns: [] },
        ],
      },
    });
  });

  it('follows an unchanged dataset by the request that every check makes', async () => {
    await describeAtKaggle({ ...DESCRIBED, title: 'Once more', counts: { views: 3_000 } });
    mirror.kaggle.seen.length = 0;
    expect((await mirror.fetch([])).status).toBe(0);
    expect(mirror.kaggle.seen.map(({ on }) => on)).toEqual(['GetDataset']);
    const { kaggle } = (await api.get('/datasets/1/metadata')).json();
    expect(kaggle).toMatchObject({ title: 'Once more', views: 3_000, collaborators: ['grace'] });
  });

  it('is empty before the first check, and 404 without a mirror', async () => {
    const source_url = 'https://www.kaggle.com/datasets/ada/soon';
    const { id } = (await api.post('/datasets', { name: 'Soon', source_url })).json();
    expect((await api.get(`/datasets/${id}/metadata`)).json()).toEqual({
      name: 'Soon',
      description: null,
      ref: 'ada/soon',
      version: null,
      received_at: null,
      kaggle: null,
    });
    const plain = (await api.post('/datasets', { name: 'Plain' })).json();
    const { json } = await api.get(`/datasets/${plain.id}/metadata`);
    expect(json()).toMatchObject({ status: 404, type: '/problems/not-mirrored' });
  });
});
