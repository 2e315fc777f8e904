import { beforeAll, describe, expect, it } from 'vitest';
import { hasDatabase } from '#tests/setup/api.ts';
import { useDescribedDataset } from './described-dataset.ts';

describe.skipIf(!hasDatabase)('GET /catalog', () => {
  const { api } = useDescribedDataset();
  const host = 'localhost:3000';
  beforeAll(async () => {
    await api.post('/datasets', {
      name: 'Odd "name" \\ of\nlines',
      source_url: 'https://example.org/a b<c>',
    });
    await api.post('/datasets', { name: 'Last' });
  });

  it('has each dataset with the distributions of its latest version', async () => {
    const { json, headers } = await api.get('/catalog', { host });
    expect(headers['content-type']).toBe('application/ld+json; charset=utf-8');
    expect(json()).toMatchObject({
      '@id': 'http://localhost:3000/catalog',
      'dcat:dataset': [
        {
          '@id': 'http://localhost:3000/datasets/1',
          'dct:title': 'Seals, renamed',
          'dcat:version': '2',
          'dct:license': { '@id': 'https://creativecommons.org/licenses/by/4.0/' },
        },
        { 'dct:title': 'Odd "name" \\ of\nlines' },
        { 'dct:title': 'Last' },
      ],
    });
    const [seals] = json()['dcat:dataset'];
    const { sha256 } = (await api.get('/datasets/1/versions/2/files')).json().files[0];
    expect(seals['dcat:distribution'].map((one: Record<string, string>) => one['dct:title'])).toEqual([
      'All files',
      'counts.csv',
      'sites/map.geojson',
      'counts, a table of counts.csv',
    ]);
    expect(seals['dcat:distribution'][1]['spdx:checksum']['spdx:checksumValue']['@value']).toBe(sha256);
  });

  it('is Turtle where Accept says so, and nothing else', async () => {
    const { headers, text } = await api.get('/catalog', { host, accept: 'text/turtle' });
    expect(headers).toMatchObject({ 'content-type': 'text/turtle; charset=utf-8', vary: 'Accept' });
    expect(text).toContain('dct:title "Odd \\"name\\" \\\\ of\\nlines"');
    expect(text).toContain('dcat:landingPage <https://example.org/a%20b%3Cc%3E>');
    expect((await api.get('/catalog', { accept: 'application/json' })).status).toBe(406);
  });

  it('comes in pages that name the next one', async () => {
    const seen: string[] = [];
    for (let url: string | undefined = '/catalog?limit=1'; url; ) {
      const { json } = await api.get(url, { host });
      seen.push(...json()['dcat:dataset'].map((one: Record<string, string>) => one['@id']));
      const next = json()['hydra:view']['hydra:next']?.['@id'];
      url = next?.replace('http://localhost:3000', '');
    }
    expect(seen).toEqual([1, 2, 3].map((id) => `http://localhost:3000/datasets/${id}`));
    expect((await api.get('/catalog?cursor=x')).status).toBe(400);
  });
});
