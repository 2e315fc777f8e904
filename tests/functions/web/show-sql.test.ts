import { describe, expect, it } from 'vitest';
import { useShop } from '#tests/functions/tables/shop.ts';
import { hasDatabase, useApi } from '#tests/setup/api.ts';

describe.skipIf(!hasDatabase)('the page for SQL', () => {
  const shop = useShop('orders.csv');
  const env = { KAGGLE_DATA_ROOT: shop.mirror.volume };
  const guarded = useApi(shop.database, { ...env, AUTH: 'on' });
  const off = useApi(shop.database, { ...env, MIRROR_SQL: 'off' });
  const run = (q: string, headers = {}) =>
    shop.api.get(`/ui/sql?${new URLSearchParams({ dataset: '1', version: '1', q })}`, headers);

  it('lists datasets, tables and columns', async () => {
    expect((await shop.api.get('/ui/sql')).text).toContain('<option value="1">ada/shop</option>');
    const { text } = await shop.api.get('/ui/sql?dataset=1');
    for (const part of ['data-table="orders"', '>price</code>', '25,000 rows', 'FROM orders'])
      expect(text).toContain(part);
  });

  it('runs a query', async () => {
    const { status, text } = await run('SELECT name, count(*) AS n FROM orders GROUP BY name ORDER BY name');
    expect(status).toBe(200);
    expect(text).toMatch(/>7 rows in \d+ ms, read /);
    expect(text).toContain('<td>n0</td><td class="number">3572</td>');
    expect((await run('SELECT id FROM orders')).text).toContain('The first 1,000 rows');
  });

  it('shows where a mistake is, and refuses what may not run', async () => {
    const wrong = await run('SELECT nme\r\nFROM orders WHERE prce > 1');
    expect(wrong.status).toBe(200);
    expect(wrong.text).toMatch(
      /<pre class="wide" tabindex="0">2 FROM orders WHERE prce &gt; 1\n {20}\^<\/pre>/,
    );
    expect((await run("SELECT * FROM read_csv('/etc/passwd')")).text).toContain('role="alert"');
    expect((await run('SELECT 1 AS "<script>alert(1)</script>"')).text).not.toContain('<script>alert');
  });

  it('holds a query that a page elsewhere brings', async () => {
    const { text } = await run('SELECT 1 AS one', { 'sec-fetch-site': 'cross-site' });
    expect(text).toContain('A link brought this query here');
    expect(text).not.toContain('role="region"');
  });

  it('is for those who may query', async () => {
    expect((await guarded.get('/ui/sql')).status).toBe(401);
    expect((await off.get('/ui/sql')).status).toBe(404);
    for (const path of ['/ui', '/ui/datasets/1']) expect((await off.get(path)).text).not.toContain('/sql');
    for (const path of ['/ui', '/ui/nothing', '/ui/datasets/99'])
      expect((await guarded.get(path)).text, path).toContain('href="/ui/sql"');
    expect((await off.get('/ui/nothing')).text).not.toContain('/ui/sql');
  });
});
