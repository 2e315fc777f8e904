import { createHmac, createPublicKey } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { hasDatabase, type TestApi, useApi, useDatabase } from '#tests/setup/api.ts';
import { type Issuer, makeKey, signToken, startIssuer } from '#tests/setup/issuer.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

describe.skipIf(!hasDatabase)('OpenID Connect', async () => {
  const [key, next, stranger, impostor] = await Promise.all(['k1', 'k2', 'k3', 'k1'].map(makeKey));
  if (!key || !next || !stranger || !impostor) throw new Error('no keys');
  let issuer: Issuer;
  const env: Record<string, string> = { AUTH: 'on', OIDC_AUDIENCE: 'kaggle' };
  beforeAll(async () => {
    issuer = await startIssuer();
    env.OIDC_ISSUER = issuer.url;
  });
  afterAll(() => issuer.close());
  beforeEach(() => issuer.publish(key));
  afterEach(() => {
    vi.useRealTimers();
  });
  const database = useDatabase();
  const api = useApi(database, env);
  const sign = (claims: object = {}, by = key, from = issuer.url) => signToken(by, from, { ...claims });
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const create = async (token: string, of: TestApi = api) =>
    (await of.post('/datasets', { name: 'x' }, bearer(token))).status;
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

  it('takes scopes from scope or scp, and fetches the keys once', async () => {
    expect(await create(await sign({ scope: 'openid write' }))).toBe(201);
    expect(await create(await sign({ scope: undefined, scp: ['write'] }))).toBe(201);
    expect(await create(await sign({ scope: 'read' }))).toBe(403);
    expect(issuer.fetched).toBe(1);
  });

  it.each([
    ['for another audience', () => sign({ audience: 'other' })],
    ['of another issuer', () => sign({}, key, 'https://evil.example')],
    ['that expired', () => sign({ expires: '-1m' })],
    ['for nobody', () => sign({ sub: undefined })],
    ['for an empty subject', () => sign({ sub: '' })],
    ['for a number', () => sign({ sub: 7 as never })],
    ['for an object', () => sign({ sub: { id: 1 } as never })],
    ['for a list', () => sign({ sub: ['x'] as never })],
    ['for a subject of 256 characters', () => sign({ sub: 'x'.repeat(256) })],
    ['for a subject with U+0000', () => sign({ sub: 'a\0b' })],
    ['by another key of the same name', () => sign({}, impostor)],
    ['by a key that is not published', () => sign({}, stranger)],
  ])('refuses a token %s', async (_what, make) => {
    expect(await create(await make())).toBe(401);
  });

  it('refuses tokens that are unsigned or changed', async () => {
    const [head, body, signature] = (await sign()).split('.');
    for (const alg of ['none', 'None', 'NONE'])
      for (const end of ['', signature])
        expect(await create(`${encode({ alg, kid: 'k1' })}.${body}.${end}`)).toBe(401);
    expect(await create(`${head}.${body}x.${signature}`)).toBe(401);
    expect(await create(`${head}.${body}.`)).toBe(401);
  });

  it('refuses HS256 with the public key for a secret, however that is written', async () => {
    const [, body] = (await sign()).split('.');
    const signed = `${encode({ alg: 'HS256', kid: 'k1' })}.${body}`;
    const publicKey = createPublicKey({ key: key.publicJwk as never, format: 'jwk' });
    for (const secret of [
      publicKey.export({ type: 'spki', format: 'pem' }),
      publicKey.export({ type: 'spki', format: 'der' }),
      JSON.stringify(key.publicJwk),
    ])
      expect(
        await create(`${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`),
      ).toBe(401);
  });

  describe('when keys change', () => {
    const rotating = useApi(database, env);
    const at = (time: number) => vi.setSystemTime(began + time);
    let began = 0;
    beforeEach(() => {
      vi.useFakeTimers({ toFake: ['Date'] });
      began = Date.now();
    });

    it('takes a new one half a minute after it last asked, and leaves the old one after ten minutes', async () => {
      const [old, fresh] = await Promise.all([sign(), sign({}, next)]);
      expect(await create(old, rotating)).toBe(201);
      issuer.publish(key, next);
      at(29 * SECOND);
      expect(await create(fresh, rotating)).toBe(401);
      at(31 * SECOND);
      expect(await create(fresh, rotating)).toBe(201);
      issuer.publish(next);
      at(31 * SECOND + 9 * MINUTE);
      expect(await create(old, rotating)).toBe(201);
      at(31 * SECOND + 10 * MINUTE + SECOND);
      expect(await create(old, rotating)).toBe(401);
      expect(await create(fresh, rotating)).toBe(201);
    });
  });

  describe('when keys cannot be had', () => {
    const cold = useApi(database, env);
    const later = useApi(database, env);

    it('is 503 while the whole issuer is down, and lets readers read', async () => {
      issuer.keys = null;
      const token = await sign();
      expect(await create(token, cold)).toBe(503);
      expect((await cold.get('/datasets', bearer(token))).status).toBe(200);
    });

    it.each([
      [500, 'broken'],
      [404, '{}'],
      [200, 'not JSON'],
      [200, '[]'],
      [200, 'null'],
      [200, '{"keys":{}}'],
      [200, '{"keys":[null]}'],
    ])('is 503 when they are answered with %i and %s', async (status, body) => {
      issuer.keys = { status, body };
      const token = await sign();
      const refused = await cold.post('/datasets', { name: 'x' }, bearer(token));
      expect(refused.status).toBe(503);
      expect(refused.json().type).toBe('/problems/identity-provider-unavailable');
      expect(refused.headers['retry-after']).toBe('5');
    });

    it('recovers from all of these', async () => {
      expect(await create(await sign(), cold)).toBe(201);
    });

    it('goes on with those it has, for as long as they count', async () => {
      vi.useFakeTimers({ toFake: ['Date'] });
      const token = await sign();
      expect(await create(token, later)).toBe(201);
      issuer.keys = { status: 500, body: '' };
      vi.setSystemTime(Date.now() + 9 * MINUTE);
      expect(await create(token, later)).toBe(201);
      vi.setSystemTime(Date.now() + 2 * MINUTE);
      expect(await create(token, later)).toBe(503);
      issuer.publish(key);
      expect(await create(token, later)).toBe(201);
    });
  });
});
