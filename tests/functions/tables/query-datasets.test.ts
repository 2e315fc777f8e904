import { beforeAll, describe, expect, it } from 'vitest';
import { hasDatabase } from '#tests/setup/api.ts';
import { useShop } from './shop.ts';

// Each query starts a process, which gives way to all others.
describe.skipIf(!hasDatabase)('POST /sql', { timeout: 240_000 }, () => {
  const { api, mirror } = useShop('orders.csv');
  beforeAll(async () => {
    await mirror.offer('eve/other', 1, { 'people.csv': 'name,age\nn1,30\nn2,40\n' });
    expect((await mirror.fetch(['--dataset', 'eve/other'])).status).toBe(0);
    await mirror.offer('eve/other', 2, { 'people.csv': 'name,age\nn1,31\nn3,50\n' });
    expect((await mirror.fetch([])).status).toBe(0);
  }, 180_000);

  const sources = {
    shop: { dataset: 1, version: 'latest' },
    old: { dataset: 2, version: 1 },
    now: { dataset: 2, version: 'latest' },
  };
  const send = (query: string, more: object = {}) => api.post('/sql', { query, sources, ...more });

  it('reads tables of several datasets and versions', async () => {
    const { status, headers, json } = await send(`
      SELECT now.name, old.age AS before, now.age AS after, count(*) AS orders
      FROM now.people AS now LEFT JOIN old.people AS old USING (name) JOIN shop.orders USING (name)
      GROUP BY ALL ORDER BY now.name`);
    expect([status, headers['cache-control'], headers.etag]).toEqual([200, 'no-store', undefined]);
    expect(json().rows).toEqual([
      ['n1', 30, 31, 3_572],
      ['n3', null, 50, 3_571],
    ]);
  });

  it('knows no table without its source', async () => {
    for (const query of ['FROM orders', 'FROM v1.orders'])
      expect((await send(query)).json().type, query).toBe('/problems/query-refused');
    const { json } = await send('FROM shop.people');
    expect(json()).toMatchObject({ type: '/problems/query-invalid', line: 1, column: 6 });
    expect((await api.post('/sql', { query: 'SELECT 1', sources: {} })).json().rows).toEqual([[1]]);
  });

  it('gives other formats, and as many rows as it is told', async () => {
    const csv = await send('SELECT id FROM shop.orders', { format: 'csv' });
    expect(csv.text.split('\n')).toHaveLength(25_002);
    expect((await send('SELECT id FROM shop.orders', { max_rows: 2 })).json()).toMatchObject({
      row_count: 2,
      truncated: true,
    });
  });

  it('says what is wrong with its body, all at once', async () => {
    const { status, json } = await api.post('/sql', {
      query: '',
      sources: { Main: { dataset: 1, version: 1 }, a: { dataset: 0, version: 'x' } },
      max_rows: 0,
      timeout_ms: 60_001,
      format: 'xml',
      more: 1,
    });
    expect(status).toBe(400);
    const pointers = json().errors.map(({ pointer }: { pointer: string }) => pointer);
    expect(new Set(pointers)).toEqual(
      new Set([
        '/query',
        '/sources/Main',
        '/sources/a/dataset',
        '/sources/a/version',
        '/max_rows',
        '/timeout_ms',
        '/format',
        '/more',
      ]),
    );
    const wrong = [
      { query: 'SELECT 1' },
      { query: 'x'.repeat(16_385), sources },
      { query: 'SELECT 1', sources: { main: { dataset: 1, version: 1 } } },
      { query: 'SELECT 1', sources: { pg_catalog: { dataset: 1, version: 1 } } },
      {
        query: 'SELECT 1',
        sources: Object.fromEntries(
          Array.from({ length: 17 }, (_, i) => [`a${i}`, { dataset: 1, version: 1 }]),
        ),
      },
      {},
    ];
    for (const body of wrong) expect((await api.post('/sql', body)).status).toBe(400);
    for (const source of [
      { dataset: 99, version: 1 },
      { dataset: 1, version: 9 },
    ])
      expect((await api.post('/sql', { query: 'SELECT 1', sources: { a: source } })).status).toBe(404);
    expect((await api.get('/sql')).status).toBe(405);
  });
});
