import { hash } from 'node:crypto';
import { copyFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tableFromIPC } from '@uwdata/flechette';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { hasDatabase, type TestApi, useApi } from '#tests/setup/api.ts';
import { sample } from '#tests/setup/sample.ts';
import { ELSEWHERE } from '#tests/shared/tables/sql/probes.ts';
import { ROWS, useShop } from './shop.ts';

const PATH = '/datasets/1/versions/1/sql';

// Each query starts a process, which gives way to all others.
describe.skipIf(!hasDatabase)('GET /datasets/:id/versions/:version/sql', { timeout: 240_000 }, () => {
  const shop = useShop('orders.csv', 'big table.csv', 'wide.json', 'broken.csv.gz');
  const { api, mirror, disabled } = shop;
  const tokens = {
    AUTH: 'on',
    API_TOKENS: `reader:read:${hash('sha256', 'reader-secret')},writer:write:${hash('sha256', 'writer-secret')}`,
  };
  const env = { KAGGLE_DATA_ROOT: mirror.volume };
  const closed = useApi(shop.database, { ...env, ...tokens });
  const open = useApi(shop.database, { ...env, ...tokens, MIRROR_SQL: 'open' });
  const off = useApi(shop.database, { ...env, MIRROR_SQL: 'off' });
  const limited = useApi(shop.database, { ...env, RATE_LIMIT: '600' });

  const addressOf = (query: string, more: Record<string, string> = {}) =>
    `${PATH}?${new URLSearchParams({ query, ...more })}`;
  const ask = (query: string, more: Record<string, string> = {}, headers = {}, of: TestApi = api) =>
    of.get(addressOf(query, more), headers);
  const slugOf = ({ json }: { json(): { type: string } }) => json().type.replace('/problems/', '');

  it('gives the rows of a query, with their columns', async () => {
    const { status, headers, json } = await ask(
      'SELECT name, count(*) AS n, sum(id), max(day) AS last FROM orders WHERE id < 10 GROUP BY name ORDER BY name LIMIT 2;',
    );
    expect([status, headers.vary, headers['content-type']]).toEqual([
      200,
      'Accept',
      'application/json; charset=utf-8',
    ]);
    expect(headers['server-timing']).toMatch(/^wait;dur=[\d.]+, open;dur=[\d.]+, run;dur=[\d.]+$/);
    expect(json()).toEqual({
      columns: [
        { name: 'name', type: 'text' },
        { name: 'n', type: 'int64' },
        { name: 'sum(id)', type: 'decimal(38,0)' },
        { name: 'last', type: 'date' },
      ],
      rows: [
        ['n0', 2, '7', '2024-01-08'],
        ['n1', 2, '9', '2024-01-09'],
      ],
      row_count: 2,
      truncated: false,
      bytes_read: expect.any(Number),
      non_finite: [],
    });
  });

  it('writes values as JSON can hold them', async () => {
    const { json } = await ask(`
      SELECT 1 AS a, 2 AS a, 3 AS "A", 9007199254740993 AS big, 9007199254740991 AS safe, 1.5::DECIMAL(10, 2) AS price,
        1::DECIMAL(20, 0) AS wide, 'nan'::DOUBLE AS nan, '-inf'::DOUBLE AS low, true AS yes, NULL AS nothing,
        TIMESTAMP '2024-01-02 03:04:05.6' AS at, TIMESTAMPTZ '2024-01-02 03:04:05+01' AS utc, '\\xAA'::BLOB AS raw,
        [1, NULL] AS list, {'x': 'y'} AS struct, MAP {'k': 1} AS map, '{"j": [1]}'::JSON AS json, TIME '10:00' AS time,
        uuid() IS NULL AS uuid, 'ü "quoted"' AS text, -0.0::DOUBLE AS zero`);
    const { columns, rows, non_finite } = json();
    expect(
      Object.fromEntries(
        columns.map(({ name }: { name: string }, i: number) => [name, [columns[i].type, rows[0][i]]]),
      ),
    ).toEqual({
      a: ['int32', 1],
      a_1: ['int32', 2],
      A_2: ['int32', 3],
      big: ['int64', '9007199254740993'],
      safe: ['int64', 9_007_199_254_740_991],
      price: ['decimal(10,2)', 1.5],
      wide: ['decimal(20,0)', '1'],
      nan: ['double', null],
      low: ['double', null],
      yes: ['boolean', true],
      nothing: ['int32', null],
      at: ['timestamp', '2024-01-02T03:04:05.600000'],
      utc: ['timestamptz', '2024-01-02T02:04:05.000000Z'],
      raw: ['binary', 'qg=='],
      list: ['list', [1, null]],
      struct: ['struct', { x: 'y' }],
      map: ['map', { k: 1 }],
      json: ['json', { j: [1] }],
      time: ['text', '10:00:00'],
      uuid: ['boolean', false],
      text: ['text', 'ü "quoted"'],
      zero: ['double', -0],
    });
    expect(non_finite).toEqual([
      { row: 0, column: 'nan', value: 'NaN' },
      { row: 0, column: 'low', value: '-Infinity' },
    ]);
    const all = await ask('SELECT a FROM big_table ORDER BY a', { format: 'ndjson' });
    expect(all.text).toBe('{"a":"1"}\n{"a":"9007199254740993"}\n');
    expect((await ask('SELECT a FROM big_table WHERE a = 1')).json().rows).toEqual([[1]]);
    expect((await ask('SELECT blob, typeof(blob) FROM wide')).json().rows).toEqual([[{ deep: [1] }, 'JSON']]);
  });

  it('answers in each format, without a bound of rows', async () => {
    const query = 'SELECT id, name FROM orders ORDER BY id DESC';
    const csv = await ask(query, { format: 'csv' });
    expect(csv.headers['content-type']).toBe('text/csv');
    expect(csv.text.split('\n').slice(0, 2)).toEqual(['id,name', '24999,n2']);
    expect(csv.text.split('\n')).toHaveLength(ROWS + 2);
    const lines = await ask(query, {}, { accept: 'application/x-ndjson' });
    expect(lines.text.slice(0, 24)).toBe('{"id":24999,"name":"n2"}');
    const arrow = await api.app.inject(addressOf(query, { format: 'arrow' }));
    const table = tableFromIPC(arrow.rawPayload, { useBigInt: false });
    expect([table.numRows, table.get(0)]).toEqual([ROWS, { id: 24_999, name: 'n2' }]);
    const parquet = await api.app.inject(addressOf(query, { format: 'parquet' }));
    expect(parquet.rawPayload.subarray(0, 4).toString()).toBe('PAR1');
    expect(parquet.rawPayload.subarray(-4).toString()).toBe('PAR1');
    expect((await ask(query, {}, { accept: 'text/html' })).status).toBe(406);
    expect((await ask(query, { format: 'xml' })).status).toBe(400);
    const tags = [csv, lines, arrow, parquet].map(({ headers }) => headers.etag);
    expect(new Set(tags).size).toBe(4);
  });

  it('has a weak ETag unless its result may change, and runs nothing for what is known', async () => {
    const { headers } = await ask('SELECT count(*) FROM orders');
    const etag = String(headers.etag);
    expect(etag).toMatch(/^W\/"[\w-]{27}"$/);
    const known = await ask('SELECT count(*) FROM orders', {}, { 'if-none-match': etag });
    expect([known.status, known.text, known.headers.etag]).toEqual([304, '', etag]);
    expect((await ask('SELECT count(*)  FROM orders')).headers.etag).not.toBe(etag);
    expect((await ask('SELECT random() FROM orders')).headers.etag).toBeUndefined();
    const head = await api.send({ method: 'HEAD', url: addressOf('SELECT count(*) FROM orders') });
    expect([head.status, head.text, head.headers.etag]).toEqual([200, '', etag]);
    expect((await api.send({ method: 'HEAD', url: addressOf('SELECT nothing') })).status).toBe(400);
  });

  it('reads tables of the version by their names, and of others of the dataset by version', async () => {
    expect((await ask('SELECT count(*) FROM ORDERS a, v1.orders b WHERE a.id = b.id')).json().rows).toEqual([
      [ROWS],
    ]);
    const unknown = await ask('SELECT *\nFROM ordrs');
    expect(unknown.json()).toMatchObject({
      type: '/problems/query-invalid',
      line: 2,
      column: 6,
      detail: 'Version 1 has no table ordrs. There are big_table, broken, orders, wide.',
    });
    expect(slugOf(await ask('SELECT * FROM v9.orders'))).toBe('query-invalid');
    expect(slugOf(await ask('SELECT * FROM broken'))).toBe('table-failed');
    for (const query of sample(ELSEWHERE, 4)) expect(slugOf(await ask(query)), query).toBe('query-refused');
    expect(slugOf(await ask('SELECT * FROM orders', {}, {}, disabled))).toBe('query-invalid');
  });

  it('names the place of a mistake, and no place of its own', async () => {
    expect((await ask("SELECT 'ä',\n  nam FROM orders")).json()).toMatchObject({
      status: 400,
      type: '/problems/query-invalid',
      detail: 'Referenced column "nam" not found in FROM clause! Candidate bindings: "name", "day", "note".',
      line: 2,
      column: 3,
    });
    expect((await ask('SELECT name,\n  name::INT FROM orders')).json()).toMatchObject({
      type: '/problems/query-invalid',
      line: 2,
      column: 7,
    });
    const refused = await ask("SELECT * FROM read_text('/etc/passwd')");
    expect([refused.status, slugOf(refused)]).toEqual([400, 'query-refused']);
    const texts = [
      'SELECT name::DATE FROM orders',
      'SELECT id.a FROM orders',
      `SELECT 1 FROM '${mirror.volume}/tables/ada/shop/1/orders.parquet2'`,
    ];
    for (const text of texts) {
      const { status, text: body } = await ask(text);
      expect(status, text).toBe(400);
      expect(body.replace(JSON.stringify(text).slice(1, -1), '')).not.toMatch(
        /\.parquet"|file_row_number|\/tables\/ada\/shop\/1\/orders\.parquet(?!2)/,
      );
    }
  });

  it('is bounded in rows, time, memory and bytes', async () => {
    const rows = async (more = {}) => {
      const { row_count, truncated } = (await ask('SELECT id FROM orders', more)).json();
      return [row_count, truncated];
    };
    expect(await rows()).toEqual([1_000, true]);
    expect(await rows({ max_rows: '25000' })).toEqual([25_000, false]);
    expect(await rows({ max_rows: '24999' })).toEqual([24_999, true]);
    for (const more of [{ max_rows: '0' }, { max_rows: '100001' }, { timeout_ms: '60001' }])
      expect((await ask('SELECT 1', more)).status).toBe(400);
    // A busy machine may take its time until memory or bytes run out.
    const tooMuch = async (query: string, more = {}) => {
      const answer = await ask(query, { timeout_ms: '60000', ...more });
      expect([answer.status, slugOf(answer)], query).toEqual([422, 'query-too-expensive']);
      return answer.json().detail as string;
    };
    expect(await tooMuch('SELECT count(*) FROM range(1000000000000)', { timeout_ms: '300' })).toMatch(
      /300 milliseconds/,
    );
    expect(await tooMuch('SELECT list(i) FROM range(100000000) t(i)')).toMatch(/128 MB/);
    expect(await tooMuch('SELECT max(length(repeat(name, 100000))) FROM orders')).toMatch(/320 MiB/);
    expect(await tooMuch("SELECT repeat('x', 1000) FROM range(100000) t(i)", { max_rows: '100000' })).toMatch(
      /64 MiB/,
    );
    expect(await tooMuch("SELECT repeat('x', 2000000000)")).toMatch(/repeat/);
    const large = await ask("SELECT i, repeat('x', 600) AS x FROM range(100000) t(i)", {
      max_rows: '100000',
      timeout_ms: '60000',
    });
    expect([large.status, large.json().row_count], large.json().detail).toEqual([200, 100_000]);
    expect((await ask('SELECT 1')).json().rows).toEqual([[1]]);
  }, 240_000);

  it('takes a text of up to 8,000 bytes', async () => {
    const long = (bytes: number) => `SELECT 1 --${'ä'.repeat((bytes - 11) / 2)}`;
    expect((await ask(long(7_999))).status).toBe(200);
    const { status, json } = await ask(long(8_001));
    expect([status, json().errors]).toEqual([
      400,
      [{ parameter: 'query', code: 'too-long', detail: 'must have at most 8000 bytes' }],
    ]);
    for (const url of [
      PATH,
      `${PATH}?query=`,
      `${PATH}?query=SELECT%201&query=SELECT%202`,
      `${PATH}?query=a%00b`,
    ])
      expect((await api.get(url)).status, url).toBe(400);
  });

  it('needs a token, unless the operator opens it', async () => {
    expect((await ask('SELECT 1', {}, {}, closed)).status).toBe(401);
    expect((await ask('SELECT 1', {}, { authorization: 'Bearer writer-secret' }, closed)).status).toBe(403);
    expect((await ask('SELECT 1', {}, { authorization: 'Bearer reader-secret' }, closed)).status).toBe(200);
    expect((await ask('SELECT 1', {}, {}, open)).status).toBe(200);
    const { status, json } = await ask('SELECT 1', {}, {}, off);
    expect([status, json().type]).toEqual([404, '/problems/not-found']);
    expect((await off.get('/openapi.json')).text).not.toContain('/sql"');
  });

  it('is not to be run by pages of other sites', async () => {
    for (const [site, status] of [
      ['cross-site', 403],
      ['same-site', 200],
      ['none', 200],
    ] as const)
      expect((await ask('SELECT 1', {}, { 'sec-fetch-site': site })).status, site).toBe(status);
  });

  it('has a limit of its own beside that of all requests', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2030, 0, 1, 0, 0, 18) });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const first = await limited.get(`${PATH}?query=`);
    expect(first.headers).toMatchObject({
      'ratelimit-policy': '"default";q=600;w=60, "sql";q=30;w=60',
      ratelimit: '"default";r=599;t=42, "sql";r=29;t=42',
    });
    const answers = await Promise.all(Array.from({ length: 35 }, () => limited.get(`${PATH}?query=`)));
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(6);
    const over = answers.find(({ status }) => status === 429);
    expect(over?.headers['retry-after']).toBe('42');
    expect((await limited.get('/datasets')).status).toBe(200);
  });

  it('has sixteen wait, and refuses those beyond', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask('SELECT count(*) FROM orders')));
    const count = (wanted: number) => answers.filter(({ status }) => status === wanted).length;
    expect([count(200), count(503)]).toEqual([17, 3]);
    expect(answers.find(({ status }) => status === 503)?.headers['retry-after']).toBe('5');
  });

  it('is 503 when a table on the volume is damaged or gone', async () => {
    const path = join(mirror.volume, 'tables/ada/shop/1/big_table.parquet');
    const kept = `${path}.kept`;
    copyFileSync(path, kept);
    try {
      writeFileSync(path, Buffer.alloc(statSync(path).size, 'x'));
      expect(slugOf(await ask('SELECT * FROM big_table'))).toBe('volume-unavailable');
      rmSync(path);
      expect(slugOf(await ask('SELECT * FROM big_table'))).toBe('volume-unavailable');
    } finally {
      copyFileSync(kept, path);
      rmSync(kept);
    }
    expect((await ask('SELECT count(*) FROM big_table')).json().rows).toEqual([[2]]);
  });
});
