import { METHODS } from 'node:http';
import { beforeAll, describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { sendRaw } from '#tests/setup/raw-http.ts';

const PATHS = ['/health', '/datasets', '/datasets/1', '/datasets:batch', '/nope', '/problems/x/y', '/%zz'];
/** Each with what no function reads as it is: no type, a type of its own, one that is none, an empty form. */
const BODIES = [
  '',
  'Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}',
  'Content-Type: text/xml\r\nContent-Length: 2\r\n\r\n{}',
  'Content-Type: x\r\nContent-Length: 2\r\n\r\n{}',
  'Content-Length: 2\r\n\r\n{}',
  'Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 0\r\n\r\n',
  'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n',
];

describe.skipIf(!hasDatabase)('every method that Node reads', () => {
  const api = useApi(useDatabase());
  let address = '';
  beforeAll(async () => {
    address = await api.app.listen({ host: '127.0.0.1', port: 0 });
  });
  const statusOf = async (method: string, path: string, body: string) => {
    const request = `${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${body || '\r\n'}`;
    const { text } = await sendRaw(address, [request]);
    return { status: Number(text.split(' ')[1]), text };
  };

  it.each(METHODS.filter((method) => method !== 'CONNECT'))(
    '%s fails as the client’s fault, if at all',
    async (method) => {
      const requests = PATHS.flatMap((path) => BODIES.map((body) => [path, body] as const));
      for (const [path, body] of requests) {
        const { status, text } = await statusOf(method, path, body);
        expect(status, `${method} ${path} ${JSON.stringify(body)}: ${text}`).toBeGreaterThanOrEqual(200);
        expect(status, `${method} ${path} ${JSON.stringify(body)}: ${text}`).toBeLessThan(500);
      }
    },
  );

  it.each([
    ['/%64atasets', 'GET, HEAD, POST'],
    ['/datasets/%31/mirror', 'GET, HEAD'],
    ['/datasets/1/versions/1/files/%61%2F%62', 'GET, HEAD'],
    ['/datasets/1%2F2', 'GET, HEAD, PUT, PATCH, DELETE'],
  ])('a path is known however it is escaped: %s', async (path, allow) => {
    const { status, text } = await statusOf('PROPFIND', path, '');
    expect(status).toBe(405);
    expect(text).toContain(`allow: ${allow}\r\n`);
  });

  it.each(['QUERY', 'POST', 'PROPFIND', 'TRACE'])(
    '%s tells what a path takes before it looks at the body',
    async (method) => {
      for (const body of BODIES) {
        const known = await statusOf(method, '/health', body);
        expect(known.status, body).toBe(405);
        expect(known.text).toMatch(/^allow: GET, HEAD\r$/im);
        expect((await statusOf(method, '/nope', body)).status, body).toBe(404);
      }
    },
  );
});
