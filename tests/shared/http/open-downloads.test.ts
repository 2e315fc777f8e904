import { hash } from 'node:crypto';
import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { parseTokenEntries } from '#shared/config/api-tokens.ts';
import { defineFunction } from '#shared/http/define-function.ts';
import { download } from '#shared/http/download.ts';
import { notFound } from '#shared/http/problems.ts';
import { countInMemory } from '#shared/http/rate-limit.ts';
import { bytes, json } from '#shared/http/responses.ts';
import { ok } from '#shared/http/results.ts';
import { group, useApp } from '#tests/setup/app.ts';

const MOST = 64;
const QUOTA = 5;

const file = (path: string, open: () => Readable) =>
  defineFunction({
    name: path.slice(1),
    method: 'GET',
    path,
    summary: '',
    download: true,
    responses: { 200: bytes() },
    handle: () =>
      download({
        size: 10,
        etag: '"x"',
        lastModified: new Date(0),
        mediaType: 'text/plain',
        name: 'x',
        sha256: null,
        md5: null,
        open: ({ start, end }) =>
          path === '/small' ? Readable.from(['0123456789'.slice(start, end)]) : open(),
      }),
  });
/** For a machine that does other things as well. */
const PATIENCE = { timeout: 10_000 };
/** Sends one byte, and no further. */
const stuck = () => {
  let begun = false;
  return new Readable({
    read() {
      if (!begun) this.push('0');
      begun = true;
    },
  });
};
const functions = [
  file('/small', stuck),
  file('/stuck', stuck),
  defineFunction({
    name: 'none',
    method: 'GET',
    path: '/none',
    summary: '',
    download: true,
    responses: { 200: bytes() },
    handle: () => notFound('file', 'none'),
  }),
  defineFunction({
    name: 'item',
    method: 'GET',
    path: '/item',
    summary: '',
    responses: { 200: json(z.object({})) },
    handle: () => ok({}),
  }),
];

describe('downloads that a caller has open', () => {
  const entries = parseTokenEntries(`one:read:${hash('sha256', 'one')}`);
  const app = useApp([group({ functions })], {
    access: {
      tokens: { staticTokens: () => entries, oidc: null },
      protectReads: false,
      rateLimit: { quota: QUOTA, count: countInMemory() },
    },
    trustProxy: 1,
  });
  const agent = new Agent({ maxSockets: 500, keepAlive: true });
  const open = new Set<ClientRequest>();
  let caller = 0;
  afterEach(() => {
    for (const one of open) one.destroy();
    open.clear();
    caller += 1;
  });

  /** A response whose body nobody reads. */
  function begin(
    path: string,
    headers: Record<string, string> = {},
    method = 'GET',
  ): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const forwarded = { 'x-forwarded-for': `192.0.2.${caller}`, ...headers };
      const sent = request(app.origin + path, { agent, method, headers: forwarded }, (response) =>
        resolve(response.on('error', () => {})),
      );
      open.add(sent.on('error', reject));
      sent.end();
    });
  }
  async function statusOf(...args: Parameters<typeof begin>): Promise<number | undefined> {
    const response = await begin(...args);
    const ended = new Promise((resolve) => response.once('close', resolve));
    response.resume();
    await ended;
    return response.statusCode;
  }
  const fill = async () => {
    for (const { statusCode } of await Promise.all(Array.from({ length: MOST }, () => begin('/stuck'))))
      expect(statusCode).toBe(200);
  };

  it('are no requests of the rate limit, but others are', async () => {
    for (let at = 0; at < 3 * QUOTA; at++) expect(await statusOf('/small', { range: 'bytes=0-0' })).toBe(206);
    expect((await begin('/stuck')).headers).not.toHaveProperty('ratelimit');
    const statuses = [];
    for (let at = 0; at < QUOTA + 1; at++) statuses.push(await statusOf('/item'));
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
    expect(await statusOf('/small')).toBe(200);
  });

  it(`are ${MOST} at most, then 429 with Retry-After: 1`, async () => {
    await fill();
    const refused = await begin('/small');
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '1']);
    refused.resume();
    expect(await statusOf('/small', {}, 'HEAD')).toBe(429);
    expect(await statusOf('/item'), 'another kind of request').toBe(200);
    const other = { 'x-forwarded-for': `198.51.100.${caller}` };
    expect(await statusOf('/small', other), 'another caller').toBe(200);
    const token = { authorization: 'Bearer one' };
    expect(await statusOf('/small', token), 'the same address with a token').toBe(200);
  });

  it('are given back when their client leaves', async () => {
    for (let round = 0; round < 3; round++) {
      await fill();
      expect(await statusOf('/small')).toBe(429);
      for (const one of open) one.destroy();
      open.clear();
      await vi.waitFor(async () => expect(await statusOf('/small')).toBe(200), PATIENCE);
    }
  });

  it('are given back by all that ends: ranges, HEAD, 304, 404, 412, 416', async () => {
    const ways: [Parameters<typeof begin>, number][] = [
      [['/small'], 200],
      [['/small', { range: 'bytes=0-0' }], 206],
      [['/small', {}, 'HEAD'], 200],
      [['/stuck', {}, 'HEAD'], 200],
      [['/small', { 'if-none-match': '"x"' }], 304],
      [['/none'], 404],
      [['/small', { 'if-match': '"y"' }], 412],
      [['/small', { range: 'bytes=99-' }], 416],
    ];
    for (let round = 0; round < 9; round++)
      for (const [args, status] of ways) expect(await statusOf(...args)).toBe(status);
    await vi.waitFor(fill, PATIENCE);
  });

  it('do not let anybody guess tokens: a refused one counts as a request, too', async () => {
    const guess = { authorization: 'Bearer wrong' };
    const statuses = [];
    for (let at = 0; at < QUOTA + 2; at++) statuses.push(await statusOf('/small', guess));
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429]);
    await fill();
    expect(await statusOf('/small')).toBe(429);
  });
});
