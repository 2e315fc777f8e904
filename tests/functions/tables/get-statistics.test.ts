import { describe, expect, it } from 'vitest';
import { hasDatabase } from '#tests/setup/api.ts';
import { BASE, ROWS, useShop } from './shop.ts';

describe.skipIf(!hasDatabase)('GET /datasets/:id/versions/:version/tables/:table/statistics', () => {
  const { api } = useShop('orders.csv');

  it('are of all rows', async () => {
    const { columns, ...statistics } = (await api.get(`${BASE}/orders/statistics`)).json();
    expect(statistics).toEqual({ rows: ROWS, covers: 'all' });
    expect(columns[0]).toMatchObject({
      name: 'id',
      nulls: 0,
      distinct: ROWS,
      distinct_exact: true,
      min: 0,
      max: ROWS - 1,
    });
    expect(columns[1].histogram.edges).toHaveLength(21);
    expect(columns[1].histogram.counts.reduce((sum: number, count: number) => sum + count)).toBe(ROWS);
    expect(columns[2].top[0]).toEqual({ value: 'n0', count: 3_572 });
    expect(columns[3]).toMatchObject({ type: 'date', min: '2024-01-01', max: '2024-01-28' });
    expect(columns[4].nulls).toBe(8_334);
  });
});
