import { describe, expect, it } from 'vitest';
import { hasDatabase } from '#tests/setup/api.ts';
import { BASE, ROWS, useShop } from './shop.ts';

describe.skipIf(!hasDatabase)('GET /datasets/:id/versions/:version/tables', () => {
  const { api, disabled } = useShop();

  it('lists them by name, with what became of each', async () => {
    const { tables, next_cursor } = (await api.get(BASE)).json();
    expect(next_cursor).toBeNull();
    expect(tables.map((one: { name: string; state: string }) => `${one.name} ${one.state}`)).toEqual([
      'big_table ready',
      'book_first_sheet ready',
      'book_second ready',
      'broken failed',
      'orders ready',
      'shop_items ready',
      'sub_2nd_file_csv ready',
      't_2nd_file_csv ready',
      'wide ready',
    ]);
    expect(tables[4]).toMatchObject({
      path: 'orders.csv',
      part: null,
      format: 'csv',
      rows: ROWS,
      columns: 5,
      problem: null,
    });
    expect(tables[1]).toMatchObject({ path: 'book.xlsx', part: 'First Sheet', format: 'xlsx' });
    expect(tables[3].problem).toMatchObject({
      type: '/problems/table-unreadable',
      detail: 'The file is not whole gzip data.',
    });
    const first = (await api.get(`${BASE}?limit=2`)).json();
    const second = (await api.get(`${BASE}?limit=2&cursor=${first.next_cursor}`)).json();
    expect(second.tables.map(({ name }: { name: string }) => name)).toEqual(['book_second', 'broken']);
  });

  it('is empty when tables are off', async () => {
    expect((await disabled.get(BASE)).json().tables).toEqual([]);
  });
});
