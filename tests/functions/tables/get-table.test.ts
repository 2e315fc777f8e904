import { describe, expect, it } from 'vitest';
import { hasDatabase } from '#tests/setup/api.ts';
import { BASE, useShop } from './shop.ts';

describe.skipIf(!hasDatabase)('GET /datasets/:id/versions/:version/tables/:table', () => {
  const { api, disabled } = useShop('big table.csv', 'orders.csv');

  it('tells of its columns, and how it was read', async () => {
    const table = (await api.get(`${BASE}/big_table`)).json();
    expect(table.columns[0]).toMatchObject({
      name: 'a',
      original_name: 'a',
      type: 'int64',
      nullable: false,
      encoding: 'string',
    });
    expect(table.conversion).toEqual({
      delimiter: ',',
      quote: null,
      header: true,
      encoding: 'utf-8',
      notes: [],
    });
  });

  it('is 404 when tables are off', async () => {
    expect((await disabled.get(`${BASE}/orders`)).status).toBe(404);
  });
});
