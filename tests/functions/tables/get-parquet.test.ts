import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasDatabase } from '#tests/setup/api.ts';
import { BASE, useShop } from './shop.ts';

describe.skipIf(!hasDatabase)('GET /datasets/:id/versions/:version/tables/:table/data.parquet', () => {
  const { api, mirror } = useShop('orders.csv');

  it('gives the file, and ranges of it', async () => {
    const whole = await api.app.inject(`${BASE}/orders/data.parquet`);
    const known = (await api.get(`${BASE}/orders`)).json().parquet;
    expect(whole.rawPayload.length).toBe(known.bytes);
    expect(
      whole.rawPayload.equals(readFileSync(join(mirror.volume, 'tables/ada/shop/1/orders.parquet'))),
    ).toBe(true);
    expect(whole.headers).toMatchObject({
      etag: `"${known.sha256}"`,
      'accept-ranges': 'bytes',
      'repr-digest': expect.stringMatching(/^sha-256=:/),
    });
    const part = await api.app.inject({
      url: `${BASE}/orders/data.parquet`,
      headers: { range: 'bytes=0-3' },
    });
    expect([part.statusCode, part.body]).toEqual([206, 'PAR1']);
  });
});
