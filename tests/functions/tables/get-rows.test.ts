import { tableFromIPC } from '@uwdata/flechette';
import { describe, expect, it } from 'vitest';
import { hasDatabase } from '#tests/setup/api.ts';
import { BASE, ROWS, useShop } from './shop.ts';

describe.skipIf(!hasDatabase)('GET /datasets/:id/versions/:version/tables/:table/rows', () => {
  const { api } = useShop('orders.csv', 'big table.csv', 'book.xlsx', 'shop.sqlite', 'broken.csv.gz');
  const rows = async (query: string) => (await api.get(`${BASE}/orders/rows?${query}`)).json();

  it('gives any page of them', async () => {
    const page = await rows('limit=2&offset=24998&select=id,day');
    expect(page).toMatchObject({
      table: 'orders',
      total: ROWS,
      offset: 24_998,
      row_index: [24_998, 24_999],
      next_offset: null,
      partial: null,
    });
    expect(page.rows).toEqual([
      { id: 24_998, day: '2024-01-23' },
      { id: 24_999, day: '2024-01-24' },
    ]);
    expect(await rows('offset=9999999')).toMatchObject({ total: ROWS, rows: [], next_offset: null });
    expect(await rows('')).toMatchObject({ next_offset: 100 });
  });

  it('are filtered, searched and sorted', async () => {
    expect(await rows('filter=id.lt.10&filter=price.gte.5&sort=-id&select=id')).toMatchObject({
      total: 5,
      row_index: [9, 8, 7, 6, 5],
    });
    expect(await rows('filter=name.in.(n1,"n2")&filter=day.eq.2024-01-02&select=id&limit=1')).toMatchObject({
      total: 893,
      rows: [{ id: 1 }],
      next_offset: 1,
    });
    expect(await rows('q=nOTE%2024999')).toMatchObject({ total: 0 });
    expect(await rows('q=nOTE%2024998')).toMatchObject({ total: 1, row_index: [24_998] });
    expect(await rows('filter=note.null&limit=1')).toMatchObject({ total: 8_334, row_index: [0] });
    expect(await rows('filter=note.starts.note')).toMatchObject({ total: 0, rows: [] });
    expect(await rows('filter=note.contains.note%201&sort=note,-id&limit=3&select=note')).toMatchObject({
      rows: [{ note: 'Note 1' }, { note: 'Note 10' }, { note: 'Note 100' }],
    });
  });

  it.for([
    ['filter=nope.eq.1', 'unknown', /id, price, name, day, note/],
    ['filter=id.near.1', 'not-one-of', /eq, neq/],
    ['filter=id.contains.1', 'not-one-of', /int64/],
    ['filter=id.eq.one', 'invalid', /an integer/],
    ['filter=id.eq.99999999999999999999', 'invalid', /an integer/],
    ['filter=day.eq.2024-02-30', 'invalid', /a date/],
    ['filter=id', 'malformed', /column\.op\.value/],
    ['filter=id.in.1', 'malformed', /in/],
    ['select=id,,day', 'malformed', /separated by commas/],
    ['sort=nope', 'unknown', /id, price/],
    ['limit=1001', 'out-of-range', /1000/],
    ['format=xml', 'not-one-of', /json/],
    ["filter=name.eq.'%3BDROP", null, null],
  ] as const)('answers %s by what would be right', async ([query, code, detail]) => {
    const response = await api.get(`${BASE}/orders/rows?${query}`);
    if (code === null) return expect(response.json()).toMatchObject({ total: 0 });
    expect(response.status).toBe(400);
    expect(response.json().errors[0]).toMatchObject({ code, detail: expect.stringMatching(detail) });
  });

  it('say what is not there, not ready or too much', async () => {
    expect((await api.get(`${BASE}/nope/rows`)).status).toBe(404);
    expect((await api.get(`${BASE}/broken/rows`)).json()).toMatchObject({
      type: '/problems/table-failed',
      status: 422,
    });
    expect((await api.get(`${BASE}/orders/rows?sort=id&offset=10000`)).json()).toMatchObject({
      type: '/problems/query-too-expensive',
    });
    expect((await api.get(`${BASE}/orders/rows`, { accept: 'image/png' })).status).toBe(406);
  });

  it('write integers beyond what a number holds as texts', async () => {
    const page = (await api.get(`${BASE}/big_table/rows`)).json();
    expect(page.rows).toEqual([
      { a: '9007199254740993', b: 'x' },
      { a: '1', b: 'y' },
    ]);
  });

  it('read workbooks and databases by their cells', async () => {
    expect((await api.get(`${BASE}/book_first_sheet/rows`)).json().rows).toEqual([
      { id: 1, name: '007' },
      { id: 2.5, name: 'x' },
    ]);
    expect((await api.get(`${BASE}/shop_items/rows`)).json().rows).toEqual([
      { id: '9007199254740993', name: '', price: 2, seen: '2024-01-01', raw: 'AP8=' },
      { id: '1', name: null, price: 1.5, seen: null, raw: null },
    ]);
  });

  it('come in each form, by format or Accept, with an ETag of it', async () => {
    const csv = await api.get(`${BASE}/orders/rows?format=csv&limit=2&select=id,day`);
    expect(csv.text).toBe('id,day\n0,2024-01-01\n1,2024-01-02\n');
    expect(csv.headers).toMatchObject({ 'content-type': 'text/csv', vary: 'Accept' });
    const ndjson = await api.get(`${BASE}/big_table/rows`, {
      accept: 'text/html, application/x-ndjson;q=0.9, */*;q=0.1',
    });
    expect(ndjson.text).toBe('{"a":"9007199254740993","b":"x"}\n{"a":"1","b":"y"}\n');
    const json = await api.get(`${BASE}/big_table/rows`);
    expect(json.headers.etag).not.toBe(ndjson.headers.etag);
    const again = await api.get(`${BASE}/big_table/rows`, { 'if-none-match': String(json.headers.etag) });
    expect(again.status).toBe(304);
  });

  it('come as Arrow, in batches under one schema', async () => {
    const response = await api.app.inject(`${BASE}/orders/rows?format=arrow&sort=-id`);
    expect(response.headers['content-type']).toBe('application/vnd.apache.arrow.stream');
    const table = tableFromIPC(response.rawPayload, { useBigInt: true });
    expect(table.numRows).toBe(ROWS);
    expect(table.names).toEqual(['id', 'price', 'name', 'day', 'note']);
    expect(table.get(0)).toMatchObject({ id: 24_999n, price: 99.5, note: null });
    const empty = tableFromIPC(
      (await api.app.inject(`${BASE}/orders/rows?format=arrow&filter=id.eq.-1`)).rawPayload,
    );
    expect([empty.numRows, empty.names.length]).toEqual([0, 5]);
  });

  it('come as Parquet, those of a query', async () => {
    const some = await api.app.inject(`${BASE}/orders/rows?format=parquet&filter=id.lt.3`);
    expect([some.rawPayload.subarray(0, 4), some.rawPayload.subarray(-4)].map(String)).toEqual([
      'PAR1',
      'PAR1',
    ]);
  });
});
