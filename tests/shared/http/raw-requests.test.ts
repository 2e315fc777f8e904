import { beforeAll, describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { sendRaw } from '#tests/setup/raw-http.ts';

const post = (headers: string, body = '') =>
  `POST /datasets HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}\r\n${body}`;
const json = 'Content-Type: application/json\r\n';

describe.skipIf(!hasDatabase)('requests below HTTP', () => {
  const api = useApi(useDatabase(), { REQUEST_TIMEOUT: '2000' });
  let address = '';
  beforeAll(async () => {
    address = await api.app.listen({ host: '127.0.0.1', port: 0 });
  });
  const raw = async (...parts: string[]) => {
    const { text } = await sendRaw(address, parts);
    const [head = '', body = ''] = text.split('\r\n\r\n');
    return { status: Number(head.split(' ')[1]), head, body };
  };

  it.each([
    ['no HTTP', 'hello\r\n\r\n', 400, 'bad-request'],
    ['a method nobody knows', 'FETCH / HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'bad-request'],
    ['no Host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'bad-request'],
    [
      'two Hosts',
      'GET /health HTTP/1.1\r\nHost: x\r\nHost: x\r\nConnection: close\r\n\r\n',
      400,
      'bad-request',
    ],
    ['two Hosts of HTTP/1.0', 'GET /health HTTP/1.0\r\nHost: x\r\nhost: y\r\n\r\n', 400, 'bad-request'],
    ...['a b', 'a,b', 'a/b', 'u@a', 'a:b', '[::1', 'a?b'].map((host): [string, string, number, string] => [
      `the Host ${host}`,
      `GET /health HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
      400,
      'bad-request',
    ]),
    ['a tunnel', 'CONNECT x:443 HTTP/1.1\r\nHost: x:443\r\n\r\n', 405, 'method-not-allowed'],
    [
      '20 KiB of header',
      `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
      'headers-too-large',
    ],
    [
      'an address of 20 KiB',
      `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
      431,
      'headers-too-large',
    ],
    [
      'a header that smuggles',
      'GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
      'bad-request',
    ],
    ['a chunk that is none', post(`${json}Transfer-Encoding: chunked\r\n`, 'zz\r\n'), 400, 'bad-request'],
    ['a body over 1 MiB', post(`${json}Content-Length: 1048577\r\n`), 413, 'payload-too-large'],
    ['a body of no type', post('Content-Length: 2\r\n', '{}'), 415, 'unsupported-media-type'],
    [
      'a body of another type',
      post('Content-Type: text/xml\r\nContent-Length: 2\r\n', '{}'),
      415,
      'unsupported-media-type',
    ],
    [
      'JSON in another charset',
      post('Content-Type: application/json; charset=latin1\r\nContent-Length: 2\r\n', '{}'),
      415,
      'unsupported-media-type',
    ],
    [
      'a method for another path',
      'TRACE /datasets HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
      405,
      'method-not-allowed',
    ],
    [
      'a broken escape',
      'GET /datasets/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
      400,
      'bad-request',
    ],
  ])('answers %s with a problem and closes', async (_what, bytes, status, slug) => {
    const answer = await raw(bytes);
    expect(answer.status).toBe(status);
    expect(answer.head.toLowerCase()).toContain('content-type: application/problem+json; charset=utf-8');
    const problem = JSON.parse(answer.body);
    expect(problem).toMatchObject({ type: `/problems/${slug}`, status });
    expect(answer.head.toLowerCase()).toContain(`x-request-id: ${problem.request_id}`);
  });

  it('takes every Host that is one, and expects nothing it does not know', async () => {
    const hosts = ['', 'x', 'x:', 'x:80', 'a_b.example.', '[::1]', '[::ffff:1.2.3.4]:80', 'a%20b'].map(
      (host) => `Host: ${host}`,
    );
    for (const field of [...hosts, 'Host: x\r\nExpect: 200-ok'])
      expect(await raw(`GET /health HTTP/1.1\r\n${field}\r\nConnection: close\r\n\r\n`), field).toMatchObject(
        {
          status: 200,
          body: '{"status":"ok"}',
        },
      );
  });

  it('counts a chunked body while it comes', async () => {
    const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
    const { status } = await raw(
      post(`${json}Transfer-Encoding: chunked\r\n`),
      ...Array(18).fill(chunk),
      '0\r\n\r\n',
    );
    expect(status).toBe(413);
  });

  it('answers HEAD as GET without the body', async () => {
    const get = await raw(
      'GET /datasets HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Request-Id: same\r\n\r\n',
    );
    const head = await raw(
      'HEAD /datasets HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Request-Id: same\r\n\r\n',
    );
    expect(head.body).toBe('');
    expect(head.head.replace(/^date.*$/im, '')).toBe(get.head.replace(/^date.*$/im, ''));
  });

  it.each([
    ['header fields that drip in', ['GET / HTTP/1.1\r\n', ...Array(40).fill('X-A: b\r\n')], 500],
    ['half a header', ['GET / HTTP/1.1\r\nHost: x\r\n'], 0],
  ])('ends a request of %s', async (_what, parts, pause) => {
    const { text, ms } = await sendRaw(address, parts, pause);
    expect(text).toMatch(/^HTTP\/1\.1 408 /);
    expect(text).toContain('/problems/request-timeout');
    expect(ms).toBeLessThan(4_000);
  });

  it('ends a request whose body stops half way', async () => {
    const { text, ms } = await sendRaw(address, [post(`${json}Content-Length: 100\r\n`, '{"name"')]);
    expect(text).toMatch(/^HTTP\/1\.1 408 /);
    expect(ms).toBeLessThan(4_000);
  });

  it('survives clients that go away', async () => {
    const half = post(`${json}Content-Length: 100\r\n`, '{"name"');
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        const controller = new AbortController();
        const asked = fetch(`${address}/datasets`, { signal: controller.signal }).catch(() => {});
        controller.abort();
        await asked;
        const { hostname, port } = new URL(address);
        const { connect } = await import('node:net');
        const socket = connect(Number(port), hostname, () => socket.end(half));
        socket.on('error', () => {});
        await new Promise((resolve) => socket.on('close', resolve).resume());
      }),
    );
    expect((await fetch(`${address}/datasets`)).status).toBe(200);
  });
});
