import { hash } from 'node:crypto';
import { cpSync, globSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { groups } from '#functions/index.ts';
import { routesOf, type Served } from '#shared/http/group.ts';
import type { HttpRequest } from '#tests/lambda/events.ts';
import { byInject, type HttpAnswer, overSocket } from '#tests/lambda/transports.ts';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { type ApiProcess, startApi } from '#tests/setup/processes.ts';
import { builtProgram } from '#tests/setup/programs.ts';

const ENV = {
  HOST: '127.0.0.1',
  AUTH: 'on',
  REQUIRE_AUTH_FOR_READS: 'true',
  REQUIRE_IF_MATCH: 'true',
  RATE_LIMIT: '100000',
  API_TOKENS: `tester:read+write:${hash('sha256', 'secret')}`,
};
const FIELDS = { host: 'localhost', 'x-request-id': 'one', 'content-type': 'application/json' };
const TOKEN = { ...FIELDS, authorization: 'Bearer secret' };

const WITH_BODY: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

/** A request that changes nothing. */
function requestOf({ method, path }: Served, headers: HttpRequest['headers'] = TOKEN): HttpRequest {
  const url = path.replace(/(?<=\/)[:*]\w+/g, '999');
  return { method, url, headers, ...(WITH_BODY.has(method) && { body: '{"unknown":1}' }) };
}

/** Without what tells how many requests came before. */
function masked({ status, body, headers: { ratelimit: _, ...headers } }: HttpAnswer) {
  return { status, headers, body: body.toString('latin1') };
}

describe.skipIf(!hasDatabase)('the bundled server, which loads functions after its start', () => {
  const database = useDatabase();
  const source = useApi(database, ENV);
  const routes = routesOf(groups);
  let server: ApiProcess;
  const firsts = groups.map(({ name }) => routes.find(({ group }) => group.name === name) as Served);
  let first: HttpAnswer[];
  beforeAll(async () => {
    server = await startApi('server', { ...ENV, DATABASE_URL: database.url });
    first = await Promise.all(firsts.map((route) => overSocket(server.address, requestOf(route))));
  });
  afterAll(async () => {
    server.child.kill('SIGKILL');
    await server.exited;
  });
  const same = async (request: HttpRequest) => {
    const expected = masked(await byInject(source.app, request));
    expect(masked(await overSocket(server.address, request))).toEqual(expected);
    return expected;
  };

  it('responds to the first request of each group as to later ones', async () => {
    for (const [at, route] of firsts.entries())
      expect(masked(first[at] as HttpAnswer)).toEqual(await same(requestOf(route)));
  });

  it.for(routes.map((route) => [`${route.method} ${route.path}`, route] as const))(
    'responds as from source: %s',
    async ([, route]) => {
      await same(requestOf(route));
      expect((await same(requestOf(route, FIELDS))).status === 401).toBe(route.access !== 'open');
      for (const method of ['HEAD', 'OPTIONS', 'TRACE'])
        await same({ method, url: requestOf(route).url, headers: TOKEN });
    },
  );

  it.for(['/', '/openapi.json', '/docs'])('describes itself as from source: %s', async (url) => {
    expect((await same({ method: 'GET', url, headers: TOKEN })).status).toBe(200);
  });

  it('ends when functions cannot be loaded, whether somebody requests them or not', async () => {
    const programs = dirname(builtProgram('server'));
    const folder = resolve(programs, '../broken');
    cpSync(programs, folder, {
      recursive: true,
      filter: (path) => path === programs || path.endsWith('.mjs'),
    });
    const [file = ''] = globSync('group_tables-*.mjs', { cwd: folder });
    writeFileSync(join(folder, file), 'throw new Error("a broken function")');
    const { exited, output } = await startApi('../broken/server', { ...ENV, DATABASE_URL: database.url });
    expect(await exited).toBe(1);
    expect(output()).toContain('a broken function');
  });
});
