import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { hasValkey, useValkey } from '#tests/setup/valkey.ts';

const ask = (remoteAddress: string, headers: InjectOptions['headers'] = {}, url = '/'): InjectOptions => ({
  method: 'GET',
  url,
  remoteAddress,
  headers,
});

describe.skipIf(!hasDatabase)('the rate limit', () => {
  const database = useDatabase();
  const api = useApi(database, { RATE_LIMIT: '3' });
  const behindTwo = useApi(database, { RATE_LIMIT: '1', TRUST_PROXY: '2' });
  const behindRange = useApi(database, { RATE_LIMIT: '1', TRUST_PROXY: '10.0.0.0/8' });
  const dead = useApi(database, { RATE_LIMIT: '1', REDIS_URL: 'redis://127.0.0.1:1' });
  beforeAll(() => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2030, 0, 1, 0, 0, 18, 500) });
  });
  afterAll(() => {
    vi.useRealTimers();
  });

  it('tells where one stands, and exactly how long to wait', async () => {
    const from = ask('192.0.2.1');
    const first = await api.send(from);
    expect(first.headers).toMatchObject({
      'ratelimit-policy': '"default";q=3;w=60',
      ratelimit: '"default";r=2;t=42',
    });
    await api.send(from);
    await api.send(from);
    const over = await api.send(from);
    expect(over.status).toBe(429);
    expect(over.headers).toMatchObject({ 'retry-after': '42', ratelimit: '"default";r=0;t=42' });
    expect(over.json().type).toBe('/problems/rate-limited');
    expect((await api.send(ask('192.0.2.2'))).status).toBe(200);
    vi.setSystemTime(Date.now() + 42_000);
    expect((await api.send(from)).status).toBe(200);
  });

  it('counts what is not there as well, but neither health nor readiness', async () => {
    for (const path of ['/x', '/datasets/0', '/']) await api.send(ask('192.0.2.3', {}, path));
    expect((await api.send(ask('192.0.2.3'))).status).toBe(429);
    for (const path of ['/health', '/ready']) {
      const { status, headers } = await api.send(ask('192.0.2.3', {}, path));
      expect(status).toBe(200);
      expect(headers.ratelimit).toBeUndefined();
    }
  });

  it('believes no X-Forwarded-For by itself', async () => {
    for (const count of [1, 2, 3])
      await api.send(ask('192.0.2.4', { 'x-forwarded-for': `198.51.100.${count}` }));
    expect((await api.send(ask('192.0.2.4', { 'x-forwarded-for': '198.51.100.9' }))).status).toBe(429);
  });

  it.each([
    ['two proxies', behindTwo, '1.1.1.1, 198.51.100.1, 10.0.0.2', '9.9.9.9, 198.51.100.1, 10.0.0.3'],
    ['proxies of a range', behindRange, '1.1.1.1, 198.51.100.2, 10.9.0.1', '198.51.100.2'],
  ])('takes the right-most address that is none of %s', async (_what, of, first, second) => {
    expect((await of.send(ask('10.0.0.1', { 'x-forwarded-for': first }))).status).toBe(200);
    expect((await of.send(ask('10.0.0.1', { 'x-forwarded-for': second }))).status).toBe(429);
    expect((await of.send(ask('10.0.0.1', { 'x-forwarded-for': '198.51.100.77' }))).status).toBe(200);
  });

  it('does not believe a peer outside the range', async () => {
    await behindRange.send(ask('203.0.113.1', { 'x-forwarded-for': '1.2.3.4' }));
    expect((await behindRange.send(ask('203.0.113.1', { 'x-forwarded-for': '1.2.3.5' }))).status).toBe(429);
  });

  it('serves uncounted when Valkey refuses connections', async () => {
    await dead.send(ask('192.0.2.5'));
    await vi.waitFor(async () => {
      const { status, headers } = await dead.send(ask('192.0.2.5'));
      expect(status).toBe(200);
      expect(headers.ratelimit).toBeUndefined();
    });
  });
});

describe.skipIf(!hasDatabase || !hasValkey)(
  'the rate limit in Valkey (needs TEST_REDIS_URL or valkey-server)',
  () => {
    const database = useDatabase();
    const valkey = useValkey();
    const env: Record<string, string> = { RATE_LIMIT: '1000' };
    beforeAll(() => {
      env.REDIS_URL = valkey.url;
    });
    const one = useApi(database, env);
    const two = useApi(database, env);
    const from = ask(`2001:db8::${process.pid.toString(16)}`);
    const left = async (of: typeof one) =>
      Number(/r=(\d+)/.exec(String((await of.send(from)).headers.ratelimit))?.[1]);

    it('is one for all instances', async () => {
      // Without its connection, or an answer in time, each counts by itself.
      await vi.waitFor(
        async () => {
          const before = await left(one);
          expect([await left(two), await left(one)]).toEqual([before - 1, before - 2]);
        },
        { timeout: 30_000 },
      );
    });
  },
);
