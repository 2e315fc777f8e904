import { describe, expect, it } from 'vitest';
import { hasDatabase } from '#tests/setup/api.ts';
import { BASE, useShop } from './shop.ts';

describe.skipIf(!hasDatabase)('GET /datasets/:id/versions/:version/tables/:table/rows/:index', () => {
  const { api } = useShop('wide.json');

  it('gives cells whole that pages cut', async () => {
    const page = (await api.get(`${BASE}/wide/rows`)).json();
    expect(page.truncated_cells).toEqual([{ row: 0, column: 'text', bytes: 20_000 }]);
    expect(page.rows[0].text).toBe('ä'.repeat(4_096));
    const { row } = (await api.get(`${BASE}/wide/rows/0`)).json();
    expect(row).toEqual({ text: 'ä'.repeat(10_000), blob: { deep: [1] } });
  });

  it('is 404 beyond the last', async () => {
    expect((await api.get(`${BASE}/wide/rows/1`)).status).toBe(404);
  });
});
