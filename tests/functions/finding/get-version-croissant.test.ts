import { describe, expect, it } from 'vitest';
import { hasDatabase } from '#tests/setup/api.ts';
import { DESCRIBED, useDescribedDataset } from './described-dataset.ts';

describe.skipIf(!hasDatabase)('GET /datasets/:id/versions/:version/croissant', () => {
  const { api } = useDescribedDataset();

  it('has files with their sums, and tables with their columns, under addresses of this API', async () => {
    const { json } = await api.get('/datasets/1/versions/1/croissant', { host: 'localhost:3000' });
    const base = 'http://localhost:3000/datasets/1/versions/1';
    const { files } = (await api.get('/datasets/1/versions/1/files')).json();
    const table = (await api.get('/datasets/1/versions/1/tables/counts')).json();
    expect(json()).toMatchObject({
      '@type': 'sc:Dataset',
      conformsTo: 'http://mlcommons.org/croissant/1.1',
      name: DESCRIBED.title,
      alternateName: 'ada/seals',
      license: 'https://creativecommons.org/licenses/by/4.0/',
      creator: { name: 'Ada Lovelace', url: 'https://www.kaggle.com/Ada' },
      keywords: DESCRIBED.keywords,
      version: '1.0.0',
      url: 'http://localhost:3000/datasets/1',
      distribution: [
        { '@id': 'files/counts.csv', contentUrl: `${base}/files/counts.csv`, sha256: files[0].sha256 },
        { '@id': 'files/sites/map.geojson', encodingFormat: 'application/geo+json', sha256: files[1].sha256 },
        {
          '@id': 'tables/counts.parquet',
          contentUrl: `${base}/tables/counts/data.parquet`,
          contentSize: `${table.parquet.bytes} B`,
          sha256: table.parquet.sha256,
        },
      ],
      recordSet: [
        {
          '@id': 'counts',
          description: 'One row for each survey',
          field: [
            { '@id': 'counts/site', dataType: 'sc:Text', description: 'Name of the haul-out site' },
            {
              '@id': 'counts/seal%20count',
              name: 'seal count',
              dataType: 'sc:Integer',
              source: { fileObject: { '@id': 'tables/counts.parquet' }, extract: { column: 'seal count' } },
            },
            { '@id': 'counts/observer' },
          ],
        },
      ],
    });
    for (const { contentUrl } of json().distribution)
      expect((await api.send({ method: 'HEAD', url: new URL(contentUrl).pathname })).status).toBe(200);
  });

  it('is 404 for a version that is not there', async () => {
    expect((await api.get('/datasets/1/versions/3/croissant')).status).toBe(404);
  });
});
