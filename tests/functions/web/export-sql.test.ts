import { describe, expect, it } from 'vitest';
import { useShop } from '#tests/functions/tables/shop.ts';
import { hasDatabase, useApi } from '#tests/setup/api.ts';
import { FOREIGN, submit } from './forms.ts';

describe.skipIf(!hasDatabase)('saving the rows of a query', () => {
  const shop = useShop('orders.csv');
  const env = { KAGGLE_DATA_ROOT: shop.mirror.volume };
  const guarded = useApi(shop.database, { ...env, AUTH: 'on' });
  const off = useApi(shop.database, { ...env, MIRROR_SQL: 'off' });
  const fields = { dataset: '1', version: '1', q: 'SELECT id\r\nFROM orders ORDER BY id', format: 'csv' };

  it('gives all of them, as a file', async () => {
    const { status, headers, text } = await submit(shop.api, '/ui/sql', fields);
    expect([status, headers['content-type'], headers['content-disposition']]).toEqual([
      200,
      'text/csv',
      'attachment; filename="result.csv"',
    ]);
    expect(text.trimEnd().split('\n').length).toBe(25_001);
    const parquet = await submit(shop.api, '/ui/sql', { ...fields, format: 'parquet' });
    expect(parquet.text.startsWith('PAR1')).toBe(true);
  });

  it('says as a page what is wrong', async () => {
    const { status, text } = await submit(shop.api, '/ui/sql', {
      ...fields,
      q: 'SELECT nothing FROM orders',
    });
    expect(status).toBe(400);
    expect(text).toContain('<h1>');
    // To be put right, where mistakes are shown with their place.
    expect(text).toContain('action="/ui/sql"');
    expect(text).toContain('>SELECT nothing FROM orders</textarea>');
    expect(text).toContain('name="version" value="1"');
    expect((await submit(shop.api, '/ui/sql', { ...fields, format: 'exe' })).status).toBe(400);
  });

  it.each(Object.entries(FOREIGN))('is refused from %s', async (_where, headers) => {
    expect((await submit(shop.api, '/ui/sql', fields, headers)).status).toBe(403);
  });

  it('is for those who may query', async () => {
    expect((await submit(guarded, '/ui/sql', fields)).status).toBe(401);
    expect((await submit(off, '/ui/sql', fields)).status).toBe(404);
  });
});
