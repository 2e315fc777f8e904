import { hash } from 'node:crypto';
import { request } from 'undici';
import { beforeAll, describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { expectLinear } from '#tests/setup/growth.ts';
import { useMirror } from '#tests/setup/mirror.ts';
import { sample } from '#tests/setup/sample.ts';

/** With what a pattern has to see first, for the rest to be looked at. */
const FIELDS = {
  accept: '',
  authorization: 'Bearer ',
  'content-type': 'application/json',
  cookie: '',
  forwarded: '',
  'idempotency-key': '',
  'if-match': '"a"',
  'if-none-match': 'W/"a"',
  'if-range': '"a"',
  origin: 'https://',
  range: 'bytes=',
  traceparent: '00-',
  tracestate: 'a=',
  'x-forwarded-for': '10.0.0.1',
  'x-forwarded-proto': '',
  'x-request-id': '',
};
/** These mean something else, or nothing, from one path to the next; the others are read before the path is. */
const BY_PATH = new Set([
  'content-type',
  'idempotency-key',
  'if-match',
  'if-none-match',
  'if-range',
  'range',
]);
/** What makes patterns with nested or overlapping repeats try everything. */
const PIECES = ['a', ' ', '\t', ',', '"', 'W/"', '"a",', '"",', '0', '0-,', '=', ';a=', '.', '%41', '\\"'];
const ENDS = ['!', '"'];
/** Node refuses fields longer than 16 KiB altogether. */
const LENGTH = 15_000;

const repeat = (piece: string, length: number) => piece.repeat(Math.ceil(length / piece.length));

describe.skipIf(!hasDatabase)('fields and values made to be slow', () => {
  const database = useDatabase();
  const mirror = useMirror(database);
  const api = useApi(database, {
    AUTH: 'on',
    API_TOKENS: `tester:read+write:${hash('sha256', 'secret')}`,
    RATE_LIMIT: '1000000',
    TRUST_PROXY: '1',
    CORS_ORIGINS: 'https://a.example',
    KAGGLE_DATA_ROOT: mirror.volume,
  });
  let address = '';
  let mirrored = '';
  let plain = '';
  beforeAll(async () => {
    await mirror.offer('ada/set', 1, { 'a.csv': 'x,y\n1,2\n' });
    await mirror.fetch(['--dataset', 'ada/set']);
    mirrored = `/datasets/${(await api.get('/datasets')).json().datasets[0].id}`;
    const headers = { authorization: 'Bearer secret' };
    plain = String((await api.post('/datasets', { name: 'Plain' }, headers)).headers.location);
    address = await api.app.listen({ host: '127.0.0.1', port: 0 });
  });

  async function send(method: string, path: string, { headers = {}, body }: Sent = {}): Promise<number> {
    const signed = method === 'GET' ? {} : { authorization: 'Bearer secret' };
    const typed = body === undefined ? {} : { 'content-type': 'application/json' };
    const answer = await request(`${address}${path}`, {
      method,
      headers: { ...signed, ...typed, ...headers },
      body: body ?? null,
    });
    await answer.body.dump();
    return answer.statusCode;
  }

  const body = '{"name":"x"}';
  const others = { 'if-match': '"1.999999999"' };
  const requests: [method: string, path: () => string, sent: Sent, answers: number][] = [
    ['GET', () => '/datasets?limit=1', {}, 200],
    ['GET', () => mirrored, {}, 200],
    ['GET', () => `${mirrored}/versions/1/files/a.csv`, {}, 200],
    ['GET', () => `${mirrored}/versions/1/archive`, { headers: { range: 'bytes=0-9' } }, 206],
    ['POST', () => '/datasets', { body }, 201],
    ['PUT', () => plain, { body }, 200],
    ['PATCH', () => plain, { body }, 200],
    ['DELETE', () => plain, { headers: others }, 412],
  ];

  /** That the field was read where it means something: no such request may end before, as not found or not allowed. */
  function expected(method: string, field: string, usual: number): number[] {
    if (method === 'GET') {
      if (field === 'if-match') return [400, 412];
      return field === 'range' || field === 'if-range' ? [200, 206, 416] : [usual];
    }
    if (field === 'authorization') return [401];
    // Blanks at their ends do not count.
    if (field === 'content-type') return [415, usual];
    if (field === 'idempotency-key' && method === 'POST') return [400, usual];
    if (field === 'if-match' && method !== 'POST') return [400, 412];
    return [usual];
  }

  it.each(Object.entries(FIELDS))(
    'cost as much time as they are long: %s',
    { timeout: 120_000 },
    async (field, start) => {
      const asked = requests.filter((request, at) => BY_PATH.has(field) || at === 0 || request[0] === 'POST');
      const all = asked.flatMap((request) =>
        PIECES.flatMap((piece) =>
          ENDS.flatMap((end) => [...new Set(['', start])].map((before) => ({ request, piece, end, before }))),
        ),
      );
      for (const { request, piece, end, before } of sample(all, 12)) {
        const [method, path, { headers, body }, usual] = request;
        const what = `${method} ${path()}, ${field}: ${before}, many ${piece}, ${end}`;
        await expectLinear(what, LENGTH, async (length) => {
          const value = `${before}${repeat(piece, length)}${end}`;
          const status = await send(method, path(), { headers: { ...headers, [field]: value }, body });
          expect(expected(method, field, usual), what).toContain(status);
        });
      }
    },
  );

  it.each(PIECES)('cost as much time as they are long, in paths and queries: %j', async (piece) => {
    const places: [start: string, answers: number[]][] = [
      ['/', [404]],
      ['/datasets/', [404]],
      ['/datasets?cursor=', [400]],
      ['/datasets?limit=', [400]],
      ['/syncs?state=', [400]],
      [`${mirrored}/versions/`, [404]],
      [`${mirrored}/versions/1/files/`, [404]],
      [`${mirrored}/versions/1/files?prefix=`, [200, 400]],
      [`${mirrored}/diff?from=`, [400]],
    ];
    for (const [start, answers] of sample(places, 3))
      await expectLinear(`GET ${start} and many ${piece}`, 12_000, async (length) => {
        const long = encodeURIComponent(repeat(piece, length)).slice(0, length).replace(/%.?$/, '');
        expect(answers, start).toContain(await send('GET', `${start}${long}`));
      });
  });

  it.each([...PIECES, '\\u0020', '/', '[', '{"a":'])(
    'cost as much time as they are long, in bodies: %j',
    async (piece) => {
      const bodies: ((text: string) => string)[] = [
        (text) => text,
        (text) => `{${text}`,
        (text) => JSON.stringify({ name: `a${text}!` }),
        (text) => JSON.stringify({ name: 'x', description: text }),
        (text) => JSON.stringify({ name: 'x', source_url: `https://${text}` }),
        (text) => JSON.stringify({ name: 'x', [text]: 1 }),
      ];
      for (const make of sample(bodies, 2))
        await expectLinear(`a body of many ${piece}`, 400_000, async (length) => {
          const status = await send('PUT', plain, { body: make(repeat(piece, length)) });
          expect([200, 400]).toContain(status);
        });
    },
  );
});

interface Sent {
  headers?: Record<string, string>;
  body?: string | undefined;
}
