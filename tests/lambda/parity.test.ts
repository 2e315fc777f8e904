import { existsSync, globSync } from 'node:fs';
import { basename } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { lambdaHandler } from '#functions/host/lambda.ts';
import { groups } from '#functions/index.ts';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { useSql } from '#tests/setup/sql.ts';
import type { HttpRequest } from './events.ts';
import { byInject, byLambda, type Handler, type HttpAnswer, overSocket } from './transports.ts';

const json = { 'content-type': 'application/json' };
const put = { method: 'PUT', url: '/datasets/1', headers: json, body: '{"name":"Ä new name"}' };
const post = { method: 'POST', url: '/datasets', headers: json };

/** These leave everything as it is. */
const READS = new Set(['GET', 'HEAD']);

/** By function; each has also the requests of `everyone`. */
const REQUESTS: Record<string, HttpRequest[]> = {
  'list-datasets': [
    ...[
      '?limit=1',
      '?limit=1&sort=-id',
      '?sort=created_at',
      '?limit=1&limit=2',
      '?limit=1,2',
      '?limit=%31',
      '?sort=-name&limit=',
    ].map((query) => ({ method: 'GET', url: `/datasets${query}` })),
    { method: 'GET', url: '/datasets?cursor=a+b%20c%zz&x=%C3%A4' },
    { method: 'GET', url: '/datasets', headers: { 'if-none-match': '*' } },
  ],
  'get-dataset': [
    ...['/datasets/2', '/datasets/0', '/datasets/%31', '/datasets/%C3%A4', '/datasets/1?x=1'].map((url) => ({
      method: 'GET',
      url,
    })),
    { method: 'HEAD', url: '/datasets/1' },
    { method: 'GET', url: '/datasets/1', headers: { 'if-none-match': ['"x"', '"1.1"'] } },
    { method: 'DELETE', url: '/nothing/here?at=all' },
  ],
  'create-dataset': [
    { ...post, body: '{"name":"Ünïcode 🎈"}' },
    { ...post, body: Buffer.from('{"name":"in base64"}') },
    { ...post, body: Buffer.from([0x7b, 0xff, 0x7d]) },
    { ...post, body: '{"name":' },
    { ...post, body: '{}' },
    { ...post, headers: { 'content-type': 'text/plain' }, body: 'x' },
    { ...post, headers: { ...json, 'idempotency-key': 'a b' }, body: '{"name":"x"}' },
    { ...post, body: `{"name":"x","description":"${'d'.repeat(65_536)}"}` },
    { ...post, body: `"${'d'.repeat(1_048_577)}"` },
  ],
  'replace-dataset': [
    put,
    { ...put, headers: { ...json, 'if-match': '"1.7"' } },
    { ...put, url: '/datasets/99' },
  ],
  'update-dataset': [
    { ...put, method: 'PATCH' },
    {
      ...put,
      method: 'PATCH',
      headers: { 'content-type': 'application/merge-patch+json' },
      body: '{"description":null}',
    },
    { ...put, method: 'PATCH', headers: { ...json, 'if-match': ['"x"', 'W/"1.1"'] } },
  ],
  'delete-dataset': [
    { method: 'DELETE', url: '/datasets/1', headers: { 'if-match': '*' } },
    { method: 'DELETE', url: '/datasets/99' },
  ],
  search: [
    '?q=first&q=second',
    '?q=%22one%20two%22+-three&limit=1',
    '?q=%C3%A4%zz',
    '?licence=&min_rows=01',
  ].map((query) => ({ method: 'GET', url: `/search${query}` })),
  'list-changes': ['?after=now', '?after=x', '?type=dataset.created,no', '?wait=51', '?dataset_id=0'].map(
    (query) => ({
      method: 'GET',
      url: `/changes${query}`,
    }),
  ),
  'list-deliveries': ['?state=dead', '?state=', '?cursor=x'].map((query) => ({
    method: 'GET',
    url: `/deliveries${query}`,
  })),
  'retry-delivery': [{ method: 'POST', url: '/deliveries/9007199254740993/retry' }],
};

const functions = groups.flatMap(({ functions, ...header }) =>
  functions.map((definition) => ({ header, definition })),
);

describe('every function', () => {
  it('is a file of its group, is registered and has a test file named as it is', () => {
    const files = globSync('functions/*/group.ts').flatMap((group) =>
      globSync(group.replace('group.ts', '*.ts')).map((file) => file.replace(/\.ts$/, '')),
    );
    const registered = functions.map(
      ({ header, definition }) => `functions/${header.name}/${definition.name}`,
    );
    expect(registered.sort()).toEqual(files.filter((file) => basename(file) !== 'group').sort());
    const tests = registered.map((name) => `tests/${name}.test.ts`);
    expect(tests.filter((file) => !existsSync(file))).toEqual([]);
  });
});

describe.skipIf(!hasDatabase)('container, inject and Lambda', () => {
  const database = useDatabase();
  const api = useApi(database);
  const sql = useSql(database);
  let address = '';
  beforeAll(async () => {
    address = await api.app.listen({ host: '127.0.0.1', port: 0 });
    const settings = { DATABASE_URL: database.url, AUTH: 'off', RATE_LIMIT: 'off', LOG_LEVEL: 'silent' };
    for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
  });
  afterAll(() => {
    vi.unstubAllEnvs();
  });

  async function reset() {
    await sql('TRUNCATE datasets, mirrors, idempotency_keys RESTART IDENTITY CASCADE');
    await sql(`INSERT INTO datasets (name, description, source_url, created_at, updated_at)
      VALUES ('One', 'First', NULL, '2026-01-01', '2026-01-01'), ('Two', NULL, 'https://example.org/', '2026-01-02', '2026-01-02')`);
  }

  describe.each(functions.map((one) => [one.definition.name, one] as const))(
    '%s',
    (name, { header, definition }) => {
      const everyone: HttpRequest = {
        method: definition.method,
        url: (header.prefixes[0] + definition.path).replace(/[:*]\w+/g, '1'),
        ...(definition.body && { headers: json, body: '{"name":"x"}' }),
      };
      let handler: Handler;
      beforeAll(async () => {
        handler = (await lambdaHandler(header, definition)) as Handler;
      });
      beforeEach(reset);

      it.each(
        [everyone, ...(REQUESTS[name] ?? [])].map((request) => [describeRequest(request), request] as const),
      )('%s', async (_what, asked) => {
        const request = {
          ...asked,
          headers: { ...asked.headers, host: 'api.test', 'x-request-id': 'parity' },
        };
        const expected = masked(await overSocket(address, request));
        // One Lambda serves one function, so what it does not know it cannot tell from another's method.
        const others: [string, () => Promise<HttpAnswer>][] = [
          ['inject', () => byInject(api.app, request)],
          ['Lambda, event version 1', () => byLambda(handler, 1, request)],
          ['Lambda, event version 2', () => byLambda(handler, 2, request)],
        ];
        for (const [transport, send] of others) {
          if (!READS.has(request.method)) await reset();
          const answer = await send();
          if (definition.notOnLambda && transport.startsWith('Lambda') && expected.status < 400)
            expect(answer.status, transport).toBe(501);
          else expect(masked(answer), transport).toEqual(expected);
        }
        expect(expected.status).toBeLessThan(600);
      });
    },
  );
});

/** A write says when it was. */
function masked({ body, ...rest }: HttpAnswer) {
  return {
    ...rest,
    body: body.toString('latin1').replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z/g, 'a time'),
  };
}

function describeRequest({ method, url, headers, body }: HttpRequest): string {
  return `${method} ${url} ${headers ? JSON.stringify(headers) : ''} ${body ? String(body).slice(0, 40) : ''}`.trim();
}
