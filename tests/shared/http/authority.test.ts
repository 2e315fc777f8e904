import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { loadConfig } from '#shared/config/load-config.ts';
import { ServerConfig } from '#shared/config/server-config.ts';
import { defineFunction } from '#shared/http/define-function.ts';
import { json } from '#shared/http/responses.ts';
import { ok } from '#shared/http/results.ts';
import { group, useApp } from '#tests/setup/app.ts';
import { sendRaw } from '#tests/setup/raw-http.ts';

const item = defineFunction({
  name: 'item',
  method: 'GET',
  path: '/items/:id',
  summary: '',
  query: z.strictObject({ a: z.string().optional() }),
  params: z.object({ id: z.string() }),
  responses: { 200: json(z.object({})) },
  handle: ({ path, query, params }) => ok({ path, query, params }),
});
const root = defineFunction({
  name: 'root',
  method: 'GET',
  path: '/',
  summary: '',
  responses: { 200: json(z.object({})) },
  handle: () => ok({}),
});
const groups = [
  group({ functions: [item, root] }),
  group({ name: 'kaggle', prefixes: ['/api/v1'], hosts: /(^|\.)kaggle\.com$/, functions: [item] }),
];

describe('the authority of a request', () => {
  const everywhere = useApp(groups, { hosts: { names: ['api.example.org'], onLoopback: false } });
  const onLoopback = useApp(groups, { hosts: { names: ['api.example.org'], onLoopback: true } });
  const ask = async (of: typeof everywhere, target: string, fields: string, method = 'GET') => {
    const request = `${method} ${target} HTTP/1.1\r\nConnection: close\r\n${fields}\r\n`;
    const { text } = await sendRaw(of.origin, [request]);
    const [head = '', body = ''] = text.split('\r\n\r\n');
    return { status: Number(head.split(' ')[1]), head, body: body && JSON.parse(body) };
  };

  it.each([
    ['two Host fields', 'Host: localhost\r\nHost: localhost\r\n'],
    ['two Host fields that differ', 'Host: localhost\r\nhOST: evil.example\r\n'],
    ['no Host', ''],
    ['a Host with a path', 'Host: localhost/x\r\n'],
    ['a Host with a user', 'Host: me@localhost\r\n'],
    ['two hosts in one field', 'Host: localhost, localhost\r\n'],
    ['a Host with a space', 'Host: local host\r\n'],
    ['a port that is none', 'Host: localhost:8o\r\n'],
    ['an address without brackets', 'Host: ::1\r\n'],
  ])('is 400 for %s', async (_what, fields) => {
    for (const of of [everywhere, onLoopback]) {
      const { status, body } = await ask(of, '/items/1', fields);
      expect([status, body.type]).toEqual([400, '/problems/bad-request']);
    }
  });

  it.each([
    'localhost',
    'LOCALHOST:3000',
    '127.0.0.1:1',
    '[::1]:80',
    'api.example.org',
    'API.example.org.:8443',
    '',
  ])('is served for Host: %s', async (host) => {
    for (const of of [everywhere, onLoopback])
      expect((await ask(of, '/items/1', `Host: ${host}\r\n`)).status).toBe(200);
  });

  it.each(['evil.example', 'localhost.evil.example', '127.0.0.1.nip.io:80', '10.0.0.1', 'www.kaggle.com'])(
    'is 421 for Host: %s where only this machine can come from',
    async (host) => {
      const refused = await ask(onLoopback, '/items/1', `Host: ${host}\r\n`);
      expect([refused.status, refused.body.type]).toEqual([421, '/problems/misdirected-request']);
      expect((await ask(everywhere, '/items/1', `Host: ${host}\r\n`)).status).toBe(200);
    },
  );

  it('is that of an absolute form, whatever Host says', async () => {
    for (const of of [everywhere, onLoopback])
      for (const [target, path] of [
        ['http://api.example.org/items/1?a=b', '/items/1'],
        ['HTTP://LocalHost:99/items/%C3%BC?a=b', '/items/%C3%BC'],
        ['https://[::1]/items/1?a=b', '/items/1'],
      ] as const) {
        const { status, body } = await ask(of, target, 'Host: evil.example\r\n');
        expect([status, body.path, body.query], target).toEqual([200, path, { a: 'b' }]);
      }
  });

  it.each([
    'http://evil.example/items/1',
    'http://evil.example:80/items/1',
    'http://localhost.evil.example/items/1',
    'http://localhost@evil.example/items/1',
    'http://evil.example?/items/1',
    'http:///items/1',
  ])('is refused in the absolute form %s everywhere', async (target) => {
    for (const of of [everywhere, onLoopback]) {
      const { status } = await ask(of, target, 'Host: localhost\r\n');
      expect([400, 421]).toContain(status);
    }
  });

  it('may be one of a group, for the paths of that group only', async () => {
    for (const of of [everywhere, onLoopback])
      for (const host of ['www.kaggle.com', 'API.kaggle.com', 'kaggle.com.']) {
        expect((await ask(of, `http://${host}/api/v1/items/1`, 'Host: x\r\n')).status, host).toBe(200);
        expect((await ask(of, `http://${host}/api/v1/nothing`, 'Host: x\r\n')).status, host).toBe(404);
        for (const path of ['/items/1', '/', '/api/v1x/items/1', '/api/v1/../items/1'])
          expect((await ask(of, `http://${host}${path}`, 'Host: x\r\n')).status, host + path).toBe(
            path.includes('..') ? 404 : 421,
          );
      }
    for (const host of ['evilkaggle.com', 'kaggle.com.evil.example', 'kaggle.co'])
      expect((await ask(everywhere, `http://${host}/api/v1/items/1`, 'Host: x\r\n')).status, host).toBe(421);
    expect((await ask(onLoopback, '/api/v1/items/1', 'Host: www.kaggle.com\r\n')).status).toBe(200);
  });

  it('is never called: what names another server is refused, and that server hears nothing', async () => {
    let heard = 0;
    const other = createServer(() => heard++).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    for (const of of [everywhere, onLoopback]) {
      for (const host of [`127.0.0.2:${port}`, `other.example:${port}`])
        expect((await ask(of, `http://${host}/items/1`, 'Host: x\r\n')).status).toBe(421);
      // A name of this service, with the port of another.
      expect((await ask(of, `http://127.0.0.1:${port}/items/1`, 'Host: x\r\n')).status).toBe(200);
      await sendRaw(of.origin, [`CONNECT 127.0.0.1:${port} HTTP/1.1\r\nHost: x\r\n\r\n`]);
    }
    other.close();
    expect(heard).toBe(0);
  });

  it('has nothing but its root for an absolute form without a path', async () => {
    expect((await ask(everywhere, 'http://localhost', 'Host: localhost\r\n')).status).toBe(200);
    expect((await ask(everywhere, 'http://localhost?a=b', 'Host: localhost\r\n')).status).toBe(400);
  });

  it.each(['*', '*items/1', '*?a=b', 'ftp://localhost/items/1', 'ws://localhost/items/1'])(
    'takes no target that is no path: %s',
    async (target) => {
      for (const method of ['GET', 'HEAD', 'POST', 'DELETE']) {
        const { status } = await ask(everywhere, target, 'Host: localhost\r\n', method);
        expect(status, method).toBe(400);
      }
      expect((await ask(everywhere, target, 'Host: localhost\r\n', 'OPTIONS')).status).toBe(
        target === '*' ? 404 : 400,
      );
    },
  );

  it('makes no tunnel: CONNECT is 405, and the connection is closed', async () => {
    const { text } = await sendRaw(everywhere.origin, [
      'CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n',
      'GET /items/1 HTTP/1.1\r\nHost: localhost\r\n\r\n',
    ]);
    expect(text).toMatch(/^HTTP\/1\.1 405 /);
    expect(text).toMatch(/^allow: \r$/im);
    expect(text.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect(text).toContain('/problems/method-not-allowed');
  });
});

describe('MIRROR_HOSTS', () => {
  const load = (MIRROR_HOSTS: string) =>
    loadConfig(ServerConfig, { DATABASE_URL: 'postgres://x/y', MIRROR_HOSTS }).MIRROR_HOSTS;

  it('is a list of names', () => {
    expect(load('a.example, [2001:db8::1],10.0.0.1')).toEqual(['a.example', '[2001:db8::1]', '10.0.0.1']);
  });

  it.each(['a.example:80', 'https://a.example', 'a b', '*'])('refuses %s', (text) => {
    expect(() => load(text)).toThrow(/MIRROR_HOSTS/);
  });
});
