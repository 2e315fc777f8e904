import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { useMirror } from '#tests/setup/mirror.ts';
import { useSql } from '#tests/setup/sql.ts';

const NAMES = [
  'content-security-policy',
  'cross-origin-resource-policy',
  'referrer-policy',
  'x-content-type-options',
  'x-request-id',
  'cache-control',
];
const ALWAYS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-request-id': expect.stringMatching(/^[\x21-\x7e]{1,128}$/),
};
const READ = { ...ALWAYS, 'cache-control': 'private, no-cache' };
const FILE = { ...READ, 'content-security-policy': 'sandbox' };

describe.skipIf(!hasDatabase)('the headers that keep browsers from harm', () => {
  const database = useDatabase();
  const mirror = useMirror(database);
  const api = useApi(database, { KAGGLE_DATA_ROOT: mirror.volume });
  const narrow = useApi(database, { MAX_CONCURRENT_REQUESTS: '1' });
  const sql = useSql(database);
  let address = '';
  let dataset = '';
  beforeAll(async () => {
    await mirror.offer('ada/set', 1, { 'page.html': '<script>alert(1)</script>' });
    await mirror.fetch(['--dataset', 'ada/set']);
    dataset = `/datasets/${(await api.get('/datasets')).json().datasets[0].id}`;
    address = await api.app.listen({ host: '127.0.0.1', port: 0 });
    await narrow.app.listen({ host: '127.0.0.1', port: 0 });
  });
  afterEach(() => sql('ROLLBACK'));

  /** As they are on the wire: nothing is added to or taken from them by a client. */
  async function exchange(head: string, to = address) {
    const { hostname, port } = new URL(to);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    socket.write(`${head}\r\nConnection: close\r\n\r\n`);
    const [fields = ''] = (await text(socket)).split('\r\n\r\n');
    const [status = '', ...lines] = fields.split('\r\n');
    const pairs = lines.map((line) => [line.split(': ', 1)[0]?.toLowerCase(), line.replace(/^[^:]*: /, '')]);
    const found = pairs.filter(([name = '']) => NAMES.includes(name));
    expect(new Set(found.map(([name]) => name)).size, 'each once').toBe(found.length);
    return { status: Number(status.split(' ')[1]), headers: Object.fromEntries(found) };
  }

  const answers: [what: string, head: () => string, status: number, headers: object][] = [
    ['what is read', () => 'GET /datasets HTTP/1.1\r\nHost: x', 200, READ],
    ['its head', () => `HEAD ${dataset} HTTP/1.1\r\nHost: x`, 200, READ],
    ['what is known', () => 'GET /datasets HTTP/1.1\r\nHost: x\r\nIf-None-Match: *', 304, READ],
    ['a file', () => `GET ${dataset}/versions/1/files/page.html HTTP/1.1\r\nHost: x`, 200, FILE],
    ['a part', () => `GET ${dataset}/versions/1/archive HTTP/1.1\r\nHost: x\r\nRange: bytes=0-9`, 206, FILE],
    ['a checksum list', () => `GET ${dataset}/versions/1/SHA256SUMS HTTP/1.1\r\nHost: x`, 200, READ],
    ['what is not there', () => 'GET /nowhere HTTP/1.1\r\nHost: x', 404, ALWAYS],
    ['no such dataset', () => 'GET /datasets/2147483647 HTTP/1.1\r\nHost: x', 404, ALWAYS],
    ['another method', () => 'PUT /datasets HTTP/1.1\r\nHost: x', 405, ALWAYS],
    [
      'a large body',
      () => 'POST /datasets HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1048577',
      413,
      ALWAYS,
    ],
    ['large fields', () => `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}`, 431, ALWAYS],
    ['no HTTP', () => 'hello', 400, ALWAYS],
    ['a broken escape', () => 'GET /datasets/%zz HTTP/1.1\r\nHost: x', 400, ALWAYS],
  ];
  it.each(answers)('are exact with %s', async (_what, head, status, headers) => {
    expect(await exchange(head())).toEqual({ status, headers });
  });

  it('are exact with 503 under load', async () => {
    const { address: host, port } = narrow.app.server.address() as { address: string; port: number };
    await sql('BEGIN');
    await sql('LOCK TABLE datasets IN ACCESS EXCLUSIVE MODE');
    const inWork = narrow.get('/datasets');
    await vi.waitFor(async () => {
      await sql('SELECT pg_stat_clear_snapshot()');
      const waiting = await sql(
        "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
      );
      expect(waiting).toHaveLength(1);
    }, 10_000);
    const refused = await exchange('GET /datasets HTTP/1.1\r\nHost: x', `http://${host}:${port}`);
    expect(refused).toEqual({ status: 503, headers: ALWAYS });
    await sql('ROLLBACK');
    expect((await inWork).status).toBe(200);
  });
});
