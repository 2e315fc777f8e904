import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { lambdaHandler } from '#functions/host/lambda.ts';
import { groups } from '#functions/index.ts';
import { hasDatabase, useDatabase } from '#tests/setup/api.ts';
import type { HttpRequest } from './events.ts';
import { byLambda, type Handler } from './transports.ts';

/** A good request of each function that cannot run there. */
const REQUESTS: Record<string, HttpRequest> = {
  'diff-tables': { method: 'GET', url: '/datasets/1/diff/tables/orders?from=1&to=2' },
  'show-sql': { method: 'GET', url: '/ui/sql' },
  'export-sql': {
    method: 'POST',
    url: '/ui/sql',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'dataset=1&version=1&q=SELECT+1&format=csv',
  },
  'query-version': { method: 'GET', url: '/datasets/1/versions/1/sql?query=SELECT%201' },
  'query-datasets': {
    method: 'POST',
    url: '/sql',
    headers: { 'content-type': 'application/json' },
    body: '{"query":"SELECT 1","sources":{}}',
  },
};

const absent = groups.flatMap(({ functions, ...header }) =>
  functions
    .filter(({ notOnLambda }) => notOnLambda !== undefined)
    .map((definition) => ({ header, definition })),
);

describe.skipIf(!hasDatabase)('a function that cannot run on Lambda', () => {
  const database = useDatabase();
  beforeAll(() => {
    const settings = { DATABASE_URL: database.url, AUTH: 'off', RATE_LIMIT: 'off', LOG_LEVEL: 'silent' };
    for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
  });
  afterAll(() => {
    vi.unstubAllEnvs();
  });

  it('is known to this test', () => {
    expect(absent.map(({ definition }) => definition.name).sort()).toEqual(Object.keys(REQUESTS).sort());
  });

  it.for(absent)('says so: $definition.name', async ({ header, definition }) => {
    const handler = (await lambdaHandler(header, definition)) as Handler;
    const request = { ...(REQUESTS[definition.name] as HttpRequest) };
    const { status, body } = await byLambda(handler, 2, {
      ...request,
      headers: { host: 'api.test', ...request.headers },
    });
    expect([status, String(body)]).toEqual([501, expect.stringContaining(definition.notOnLambda ?? '')]);
  });
});
