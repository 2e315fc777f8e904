import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { tableFromIPC } from '@uwdata/flechette';
import { beforeAll, describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { useMirror } from '#tests/setup/mirror.ts';
import { makeWorkbook } from '#tests/setup/workbook.ts';

const ROWS = 25_000;
const ORDERS = `id,price,name,day,note\n${Array.from({ length: ROWS }, (_, i) => `${i},${i % 100}.5,n${i % 7},2024-01-${String(1 + (i % 28)).padStart(2, '0')},${i % 3 === 0 ? '' : `Note ${i}`}`).join('\n')}\n`;

describe.skipIf(!hasDatabase)('the tables of a version', () => {
  const database = useDatabase();
  const mirror = useMirror(database);
  const api = useApi(database, { KAGGLE_DATA_ROOT: mirror.volume });
  const disabled = useApi(database, { KAGGLE_DATA_ROOT: mirror.volume, MIRROR_TABLES: 'off' });
  const base = '/datasets/1/versions/1/tables';
  const rows = async (query: string) => (await api.get(`${base}/orders/rows?${query}`)).json();

  beforeAll(async () => {
    await mirror.offer('ada/shop', 1, {
      'orders.csv': ORDERS,
      'big table.csv': 'a,b\n9007199254740993,x\n1,y\n',
      '2nd-file.csv': 'a\n1\n',
      'sub/2nd-file.csv': 'a\n2\n',
      'wide.json': JSON.stringify([{ text: 'ä'.repeat(10_000), blob: { deep: [1] } }]),
      'shop.sqlite': makeDatabase(),
      'book.xlsx': await makeWorkbook({
        'First Sheet': [
          ['id', 'name'],
          [1, '007'],
          [2.5, 'x'],
        ],
        Second: [['n'], [3]],
      }),
      'broken.csv.gz': 'not packed',
      'readme.md': 'no table',
      'prose.txt': 'just words\nand more\n',
      'empty.csv': '',
    });
    const run = await mirror.fetch(['--dataset', 'ada/shop']);
    expect(run.status, run.stderr).toBe(0);
  }, 180_000);

  it('GET /datasets/:id/versions/:version/tables lists them by name, with what became of each', async () => {
    const { tables, next_cursor } = (await api.get(base)).json();
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
    const first = (await api.get(`${base}?limit=2`)).json();
    const second = (await api.get(`${base}?limit=2&cursor=${first.next_cursor}`)).json();
    expect(second.tables.map(({ name }: { name: string }) => name)).toEqual(['book_second', 'broken']);
  });

  it('GET /datasets/:id/versions/:version/tables/:table and GET /datasets/:id/versions/:version/tables/:table/statistics tell of their columns', async () => {
    const table = (await api.get(`${base}/big_table`)).json();
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
    const { columns, ...statistics } = (await api.get(`${base}/orders/statistics`)).json();
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

  it('GET /datasets/:id/versions/:version/tables/:table/rows gives any page of them', async () => {
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
    const response = await api.get(`${base}/orders/rows?${query}`);
    if (code === null) return expect(response.json()).toMatchObject({ total: 0 });
    expect(response.status).toBe(400);
    expect(response.json().errors[0]).toMatchObject({ code, detail: expect.stringMatching(detail) });
  });

  it('say what is not there, not ready or too much', async () => {
    expect((await api.get(`${base}/nope/rows`)).status).toBe(404);
    expect((await api.get(`${base}/orders/rows/${ROWS}`)).status).toBe(404);
    expect((await api.get(`${base}/broken/rows`)).json()).toMatchObject({
      type: '/problems/table-failed',
      status: 422,
    });
    expect((await api.get(`${base}/orders/rows?sort=id&offset=10000`)).json()).toMatchObject({
      type: '/problems/query-too-expensive',
    });
    expect((await api.get(`${base}/orders/rows`, { accept: 'image/png' })).status).toBe(406);
    expect((await disabled.get(base)).json().tables).toEqual([]);
    expect((await disabled.get(`${base}/orders`)).status).toBe(404);
  });

  it('GET /datasets/:id/versions/:version/tables/:table/rows/:index gives cells whole that pages cut', async () => {
    const page = (await api.get(`${base}/wide/rows`)).json();
    expect(page.truncated_cells).toEqual([{ row: 0, column: 'text', bytes: 20_000 }]);
    expect(page.rows[0].text).toBe('ä'.repeat(4_096));
    const { row } = (await api.get(`${base}/wide/rows/0`)).json();
    expect(row).toEqual({ text: 'ä'.repeat(10_000), blob: { deep: [1] } });
  });

  it('write integers beyond what a number holds as texts', async () => {
    const page = (await api.get(`${base}/big_table/rows`)).json();
    expect(page.rows).toEqual([
      { a: '9007199254740993', b: 'x' },
      { a: '1', b: 'y' },
    ]);
  });

  it('read workbooks and databases by their cells', async () => {
    expect((await api.get(`${base}/book_first_sheet/rows`)).json().rows).toEqual([
      { id: 1, name: '007' },
      { id: 2.5, name: 'x' },
    ]);
    expect((await api.get(`${base}/shop_items/rows`)).json().rows).toEqual([
      { id: '9007199254740993', name: '', price: 2, seen: '2024-01-01', raw: 'AP8=' },
      { id: '1', name: null, price: 1.5, seen: null, raw: null },
    ]);
  });

  it('come in each form, by format or Accept, with an ETag of it', async () => {
    const csv = await api.get(`${base}/orders/rows?format=csv&limit=2&select=id,day`);
    expect(csv.text).toBe('id,day\n0,2024-01-01\n1,2024-01-02\n');
    expect(csv.headers).toMatchObject({ 'content-type': 'text/csv', vary: 'Accept' });
    const ndjson = await api.get(`${base}/big_table/rows`, {
      accept: 'text/html, application/x-ndjson;q=0.9, */*;q=0.1',
    });
    expect(ndjson.text).toBe('{"a":"9007199254740993","b":"x"}\n{"a":"1","b":"y"}\n');
    const json = await api.get(`${base}/big_table/rows`);
    expect(json.headers.etag).not.toBe(ndjson.headers.etag);
    const again = await api.get(`${base}/big_table/rows`, { 'if-none-match': String(json.headers.etag) });
    expect(again.status).toBe(304);
  });

  it('come as Arrow, in batches under one schema', async () => {
    const { app } = api;
    const response = await app.inject(`${base}/orders/rows?format=arrow&sort=-id`);
    expect(response.headers['content-type']).toBe('application/vnd.apache.arrow.stream');
    const table = tableFromIPC(response.rawPayload, { useBigInt: true });
    expect(table.numRows).toBe(ROWS);
    expect(table.names).toEqual(['id', 'price', 'name', 'day', 'note']);
    expect(table.get(0)).toMatchObject({ id: 24_999n, price: 99.5, note: null });
    const empty = tableFromIPC(
      (await app.inject(`${base}/orders/rows?format=arrow&filter=id.eq.-1`)).rawPayload,
    );
    expect([empty.numRows, empty.names.length]).toEqual([0, 5]);
  });

  it('GET /datasets/:id/versions/:version/tables/:table/data.parquet gives the file, and rows what a query is of', async () => {
    const whole = await api.app.inject(`${base}/orders/data.parquet`);
    const known = (await api.get(`${base}/orders`)).json().parquet;
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
      url: `${base}/orders/data.parquet`,
      headers: { range: 'bytes=0-3' },
    });
    expect([part.statusCode, part.body]).toEqual([206, 'PAR1']);
    const some = await api.app.inject(`${base}/orders/rows?format=parquet&filter=id.lt.3`);
    expect([some.rawPayload.subarray(0, 4), some.rawPayload.subarray(-4)].map(String)).toEqual([
      'PAR1',
      'PAR1',
    ]);
  });
});

function makeDatabase(): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'sqlite-'));
  try {
    const path = join(folder, 'a.db');
    const database = new DatabaseSync(path);
    database.exec('CREATE TABLE items (id INTEGER, name TEXT, price REAL, seen TEXT, raw BLOB)');
    database.exec(
      `INSERT INTO items VALUES (9007199254740993, '', 2.0, '2024-01-01', x'00FF'), (1, NULL, 1.5, NULL, NULL)`,
    );
    database.close();
    return readFileSync(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
