import { beforeAll, describe, expect, it } from 'vitest';
import { hasDatabase } from '#tests/setup/api.ts';
import { useSql } from '#tests/setup/sql.ts';
import { useDescribedDataset } from './described-dataset.ts';

interface Hit {
  type: string;
  dataset_id: number;
  ref: string | null;
  title: string;
  snippet: string;
  matched: string[];
  path: string | null;
  table: string | null;
  column: string | null;
  score: number;
}

describe.skipIf(!hasDatabase)('GET /search', () => {
  const { api, mirror, database } = useDescribedDataset();
  const sql = useSql(database);
  const find = async (query: Record<string, string>) => {
    const { status, json } = await api.get(`/search?${new URLSearchParams(query)}`);
    expect(status, JSON.stringify(query)).toBe(200);
    return json() as {
      hits: Hit[];
      total: number;
      total_exact: boolean;
      facets: Record<string, { value: string; count: number }[]>;
      next_cursor: string | null;
    };
  };
  const titles = async (q: string, more: Record<string, string> = {}) =>
    (await find({ q, type: 'dataset', ...more })).hits.map(({ title }) => title);

  beforeAll(async () => {
    await api.post('/datasets', {
      name: 'Weather of Seattle',
      description: 'Daily rain & snow. <script>alert(1)</script> Measured at the airport of Seattle.',
    });
    await api.post('/datasets', { name: 'Precipitation in Portland', description: 'Weather, by the day' });
    await api.post('/datasets', {
      name: 'House prices',
      description: 'The state of the art: not of Seattle',
    });
  });

  it('finds a dataset by our name, and by what Kaggle says', async () => {
    expect(await titles('weather seattle')).toEqual(['Weather of Seattle']);
    for (const q of ['seals', 'haul-out', 'vitulina', 'oceans', 'lovelace', 'geojson', 'observer'])
      expect(await titles(q), q).toEqual(['Seals, renamed']);
    expect(await titles('nothing of the kind')).toEqual([]);
  });

  it('filters by a licence and an owner that are too long for an index', async () => {
    const [one, two] = ['a', 'b'].map((end) => `${'€'.repeat(300)}${end}`) as [string, string];
    const noise = "(SELECT string_agg(md5(i::text), ' ') FROM generate_series(1, 300) i)";
    await sql(
      `UPDATE search_documents SET licence = $1, owner = ${noise}, keywords = ARRAY[${noise}]
      WHERE title = 'House prices'`,
      [one],
    );
    expect((await find({ licence: one })).hits.map(({ title }) => title)).toEqual(['House prices']);
    expect((await find({ licence: two })).hits).toEqual([]);
    await sql(
      `UPDATE search_documents SET licence = NULL, owner = NULL, keywords = '{}' WHERE title = 'House prices'`,
    );
  });

  it('finds files, tables and columns', async () => {
    const { hits, total, facets } = await find({ q: 'counts' });
    expect(hits.map(({ type, path, table, column }) => [type, path, table, column])).toEqual(
      expect.arrayContaining([
        ['dataset', null, null, null],
        ['file', 'counts.csv', null, null],
        ['table', 'counts.csv', 'counts', null],
      ]),
    );
    expect(total).toBe(hits.length);
    expect(facets.owner).toEqual([{ value: 'ada', count: total }]);
    const columns = await find({ q: 'seal count', type: 'column' });
    expect(columns.hits).toMatchObject([
      {
        type: 'column',
        dataset_id: 1,
        ref: 'ada/seals',
        path: 'counts.csv',
        table: 'counts',
        column: 'seal count',
      },
    ]);
    expect(columns.hits[0]?.snippet).toBe('<mark>Seals</mark> on land at low tide');
  });

  it('finds by a misspelt and by a half-typed word', async () => {
    for (const q of [
      'wether',
      'waether',
      'weahter',
      'seatle',
      'weath',
      'Seattle wea',
      'precipitaton',
      'portl',
    ])
      expect(await titles(q), q).not.toEqual([]);
    expect(await titles('seatle wether')).toEqual(['Weather of Seattle']);
    // Half typed is only the last word, and not with a blank behind it.
    expect(await titles('wea seattle ')).toEqual([]);
  });

  it('takes quotes and minus as usual', async () => {
    expect(await titles('"state of the art"')).toEqual(['House prices']);
    expect(await titles('"art of the state"')).toEqual([]);
    expect(await titles('seattle -house')).toEqual(['Weather of Seattle']);
    expect(await titles('seattle -"state of the art"')).toEqual(['Weather of Seattle']);
  });

  it('ranks a word in the name before one in the description', async () => {
    expect(await titles('weather')).toEqual(['Weather of Seattle', 'Precipitation in Portland']);
  });

  it('marks what matched, and escapes all else', async () => {
    const [hit] = (await find({ q: 'airport rain' })).hits;
    expect(hit?.snippet).toContain('<mark>rain</mark> &amp; snow');
    expect(hit?.snippet.replaceAll(/<\/?mark>/g, '')).not.toMatch(/[<>]/);
    expect(hit?.matched).toEqual(['description']);
    const [seals] = (await find({ q: 'oceans', type: 'dataset' })).hits;
    expect(seals?.matched).toEqual(['keywords']);
    expect((await find({ q: 'observer', type: 'dataset' })).hits[0]?.matched).toEqual(['contents']);
  });

  it('filters by facets, whatever is in their values', async () => {
    const keyword = 'say "hello"';
    const { facets } = await find({ q: 'seals', type: 'dataset' });
    expect(facets).toEqual({
      licence: [{ value: 'CC-BY-4.0', count: 1 }],
      keyword: ['animals', 'oceans & seas', keyword].map((value) => ({ value, count: 1 })),
      owner: [{ value: 'ada', count: 1 }],
      format: ['csv', 'geojson'].map((value) => ({ value, count: 1 })),
      state: [{ value: 'ready', count: 1 }],
    });
    const only = { q: 'seals', type: 'dataset' };
    for (const filter of [
      { keyword },
      { owner: 'Ada' },
      { licence: 'CC-BY-4.0' },
      { format: 'csv' },
      { state: 'ready' },
      { min_rows: '2' },
      { max_bytes: '1000' },
    ])
      expect((await find({ ...only, ...filter })).total, JSON.stringify(filter)).toBe(1);
    for (const filter of [
      { keyword: 'say' },
      { owner: "' OR 1=1" },
      { licence: '%' },
      { format: 'xlsx' },
      { state: 'gone' },
      { min_rows: '3' },
      { max_bytes: '10' },
    ])
      expect((await find({ ...only, ...filter })).total, JSON.stringify(filter)).toBe(0);
  });

  it('pages through each order without a gap or a repeat, while rows come and go', async () => {
    await sql(
      `INSERT INTO datasets (name, description) SELECT 'Paged ' || i, 'paging' FROM generate_series(1, 25) i`,
    );
    for (const sort of ['relevance', '-updated_at', 'name', '-bytes']) {
      const seen: string[] = [];
      for (let url: string | undefined = `/search?q=paging&limit=4&sort=${sort}`, page = 0; url; page++) {
        const { json, headers } = await api.get(url);
        expect(json().total, sort).toBeGreaterThanOrEqual(25);
        seen.push(...json().hits.map((hit: Hit) => hit.title));
        url = /<([^>]*)>; rel="next"/.exec(String(headers.link))?.[1];
        // Changed, and so written elsewhere; and one more.
        await sql(
          `UPDATE datasets SET source_url = 'https://example.org/' || id WHERE name = 'Paged ${page}'`,
        );
        await sql(`INSERT INTO datasets (name, description) VALUES ('0 another', 'no match')`);
      }
      const paged = seen.filter((title) => title.startsWith('Paged'));
      expect(new Set(paged).size, sort).toBe(paged.length);
      // Those whose time changed meanwhile have moved to pages that are past.
      if (sort !== '-updated_at') expect(paged, sort).toHaveLength(25);
    }
    await sql(`DELETE FROM datasets WHERE description IN ('paging', 'no match')`);
    const next = (await find({ q: 'weather', limit: '1' })).next_cursor ?? '';
    expect((await api.get(`/search?q=rain&cursor=${next}`)).json()).toMatchObject({
      status: 400,
      errors: [{ parameter: 'cursor', code: 'bad-cursor' }],
    });
  });

  it('follows what is written', async () => {
    const { id } = (await api.post('/datasets', { name: 'Zebrafish' })).json();
    expect(await titles('zebrafish')).toEqual(['Zebrafish']);
    await api.send({ method: 'PATCH', url: `/datasets/${id}`, payload: { name: 'Danio rerio' } });
    expect(await titles('zebrafish ')).toEqual([]);
    expect(await titles('danio')).toEqual(['Danio rerio']);
    await api.send({ method: 'DELETE', url: `/datasets/${id}` });
    expect(await titles('danio')).toEqual([]);
  });

  it('forgets the words that no document has any more, once the job sweeps', async () => {
    const known = async () =>
      (
        await sql(`SELECT word FROM search_words WHERE word IN ('quagga', 'weather', 'the') ORDER BY word`)
      ).map(({ word }) => word);
    const { id } = (await api.post('/datasets', { name: 'The quagga' })).json();
    expect(await known()).toEqual(['quagga', 'the', 'weather']);
    // As two documents bring them at the same time.
    await sql(`INSERT INTO search_words (word) VALUES ('quagga'), ('the')`);
    expect((await mirror.fetch(['--sweep'])).status).toBe(0);
    expect(await known()).toEqual(['quagga', 'the', 'weather']);
    await api.send({ method: 'DELETE', url: `/datasets/${id}` });
    expect((await mirror.fetch(['--sweep'])).status).toBe(0);
    expect(await known()).toEqual(['the', 'weather']);
  });

  it('finds the contents of a mirror as long as a dataset names it', async () => {
    await mirror.offer('ada/once', 1, { 'onlyhere.csv': 'uniquecolumn\n1\n' });
    expect((await mirror.fetch(['--dataset', 'ada/once'])).status).toBe(0);
    const [hit] = (await find({ q: 'onlyhere', type: 'file' })).hits;
    expect((await find({ q: 'uniquecolumn' })).hits.map(({ type }) => type).sort()).toEqual([
      'column',
      'dataset',
    ]);
    await api.send({ method: 'DELETE', url: `/datasets/${hit?.dataset_id}` });
    expect((await find({ q: 'onlyhere' })).total).toBe(0);
    const source_url = 'https://www.kaggle.com/datasets/ada/once';
    const { id } = (await api.post('/datasets', { name: 'Again', source_url })).json();
    expect((await find({ q: 'onlyhere', type: 'file' })).hits).toMatchObject([{ dataset_id: id }]);
  });

  it('leaves a mirror with very many files to the job, when a dataset names it again', async () => {
    const files = Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`manyfiles/part${n}.txt`, 'x']));
    await mirror.offer('ada/many', 1, files);
    expect((await mirror.fetch(['--dataset', 'ada/many'])).status).toBe(0);
    const found = async () => (await find({ q: 'manyfiles', type: 'file' })).total;
    expect(await found()).toBe(300);
    const [first] = (await find({ q: 'manyfiles', type: 'file' })).hits;
    await api.send({ method: 'DELETE', url: `/datasets/${first?.dataset_id}` });
    expect(await found()).toBe(0);
    const source_url = 'https://www.kaggle.com/datasets/ada/many';
    expect((await api.post('/datasets', { name: 'Many', source_url })).status).toBe(201);
    expect([await found(), (await find({ q: 'manyfiles', type: 'dataset' })).total]).toEqual([0, 1]);
    expect((await mirror.fetch(['--queued'])).status).toBe(0);
    expect(await found()).toBe(300);
  });

  it.each([
    ['10 kB', { q: 'x'.repeat(10_240) }],
    ['U+0000', { q: 'a\0b' }],
    ['an unknown type', { q: 'a', type: 'datasets' }],
    ['an unknown filter', { q: 'a', tag: 'b' }],
    ['an unknown sort', { q: 'a', sort: 'bytes' }],
    ['a number that is none', { q: 'a', min_rows: '-1' }],
  ])('refuses %s', async (_what, query) => {
    const { status, json } = await api.get(`/search?${new URLSearchParams(query)}`);
    expect([status, json().errors.length]).toEqual([400, 1]);
  });

  it.each([
    '"',
    '""',
    '-',
    '-- - -',
    '& | ! <-> :*',
    "'; DROP TABLE datasets; --",
    '\\',
    "it's a \\'quote",
    'שלום עולם',
    '🦭',
    '🦭 seals',
    'the',
    '-seals',
    '-the',
    '"the"',
    'a"b"c',
    'ﬁ ＷＩＤＥ ｆｕｌｌ',
    '١٢٣',
    '%',
    '_',
    'x'.repeat(999),
    '"x '.repeat(300),
    `${'-a '.repeat(300)}`,
    '1e999 +5 -5 0x1f http://a.b/c?d=e f@g.h',
  ])('survives %j', async (q) => {
    const { hits, total } = await find({ q });
    expect(total).toBe(hits.length);
    for (const { snippet } of hits) expect(snippet.replaceAll(/<\/?mark>/g, '')).not.toMatch(/[<>]/);
  });

  it('finds nothing for a query without a word, and everything without a query', async () => {
    expect((await find({ q: '-- "" !' })).total).toBe(0);
    expect((await find({})).total).toBeGreaterThan(4);
    expect((await find({ state: 'ready' })).hits.map(({ type }) => type)).toContain('dataset');
  });
});
