import { hash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { hasDatabase, useDatabase } from '#tests/setup/api.ts';
import { useSql } from '#tests/setup/sql.ts';
import { sample } from './prometheus-text.ts';
import { useServer } from './server.ts';

const PATIENCE = { timeout: 20_000, interval: 20 };
const QUOTA = 8;
const of = (
  text: string,
  name: 'authentication' | 'idempotency' | 'rateLimit',
  outcomes: readonly string[],
) =>
  Object.fromEntries(
    outcomes.map((outcome) => [outcome, sample(text, name, { kaggle_data_outcome: outcome })]),
  );

describe.skipIf(!hasDatabase)('metrics of what came of', async () => {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256' };
  let issuer = '';
  const provider = createServer((request, response) => {
    response.end(JSON.stringify(request.url === '/keys' ? { keys: [jwk] } : { jwks_uri: `${issuer}/keys` }));
  });
  beforeAll(async () => {
    await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
    issuer = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    provider.closeAllConnections();
    return new Promise((resolve) => provider.close(resolve));
  });
  const database = useDatabase();
  const sql = useSql(database);
  const env = {
    AUTH: 'on',
    API_TOKENS: `ci:read+write:${hash('sha256', 'let-me-in')}`,
    OIDC_AUDIENCE: 'kaggle',
  };
  const server = useServer(database, () => ({ ...env, OIDC_ISSUER: issuer }));
  const limited = useServer(database, () => ({ RATE_LIMIT: String(QUOTA) }));
  const alone = useServer(database, () => ({
    ...env,
    OIDC_ISSUER: 'http://127.0.0.1:1',
    RATE_LIMIT: '1000',
    REDIS_URL: 'redis://127.0.0.1:1',
  }));
  const jwt = (from: string) =>
    new SignJWT({ sub: 'ada', scope: 'write' })
      .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
      .setIssuer(from)
      .setAudience('kaggle')
      .setExpirationTime('5m')
      .sign(privateKey);
  const post = async (at: string, name: string, headers: Record<string, string>) => {
    const response = await fetch(`${at}/datasets`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ name }),
    });
    return response.status;
  };
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

  it('tokens: whom they speak for, whether they are refused or cannot be checked', async () => {
    const statuses = [await post(server.address, 'a', bearer('let-me-in'))];
    statuses.push(await post(server.address, 'a', bearer(await jwt(issuer))));
    statuses.push(await post(server.address, 'a', bearer(await jwt(issuer))));
    statuses.push(await post(server.address, 'a', bearer('guess')), await post(server.address, 'a', {}));
    expect(statuses).toEqual([201, 201, 201, 401, 401]);
    const outcomes = ['token', 'oidc', 'refused', 'anyone', 'unavailable'];
    expect(of(await server.metrics(), 'authentication', outcomes)).toEqual({
      token: 1,
      oidc: 2,
      refused: 1,
      anyone: 1,
      unavailable: undefined,
    });
    expect(await post(alone.address, 'a', bearer(await jwt('http://127.0.0.1:1')))).toBe(503);
    expect(of(await alone.metrics(), 'authentication', ['unavailable', 'refused'])).toEqual({
      unavailable: 1,
      refused: undefined,
    });
  });

  it('idempotency keys: first, replayed, in use, or reused for something else', async () => {
    const key = { ...bearer('let-me-in'), 'idempotency-key': 'k' };
    const other = { ...key, 'idempotency-key': 'other' };
    const statuses = [await post(server.address, 'a', key), await post(server.address, 'a', key)];
    statuses.push(await post(server.address, 'a', key), await post(server.address, 'b', key));
    expect(statuses).toEqual([201, 201, 201, 422]);
    await sql('BEGIN');
    await sql('LOCK TABLE datasets IN SHARE MODE');
    const both = [post(server.address, 'a', other), post(server.address, 'a', other)];
    expect(await Promise.race(both)).toBe(409);
    await sql('ROLLBACK');
    expect((await Promise.all(both)).toSorted()).toEqual([201, 409]);
    expect(of(await server.metrics(), 'idempotency', ['first', 'replayed', 'in_use', 'reused'])).toEqual({
      first: 2,
      replayed: 2,
      in_use: 1,
      reused: 1,
    });
  });

  it('the rate limit: admitted, refused, or uncounted without a counter', async () => {
    const asked = await statusesOf(limited.address, 3 * QUOTA);
    const refused = asked.filter((status) => status === 429).length;
    // A minute may end meanwhile, and give another quota.
    expect(refused).toBeGreaterThanOrEqual(QUOTA);
    expect(of(await limited.metrics(), 'rateLimit', ['admitted', 'refused'])).toEqual({
      admitted: asked.length - refused,
      refused,
    });
    // Until the first connection is refused it counts by itself.
    await vi.waitFor(async () => {
      await statusesOf(alone.address, 1);
      const { uncounted } = of(await alone.metrics(), 'rateLimit', ['uncounted']);
      expect(uncounted).toBeGreaterThan(0);
    }, PATIENCE);
    const before = of(await alone.metrics(), 'rateLimit', ['admitted', 'refused', 'uncounted']);
    await statusesOf(alone.address, 5);
    expect(of(await alone.metrics(), 'rateLimit', ['admitted', 'refused', 'uncounted'])).toEqual({
      ...before,
      uncounted: (before.uncounted ?? 0) + 5,
    });
  });
});

async function statusesOf(address: string, times: number): Promise<number[]> {
  const statuses: number[] = [];
  for (let n = 0; n < times; n += 1) statuses.push((await fetch(`${address}/datasets`)).status);
  return statuses;
}
