import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { LOGIN, startLoginIssuer } from '#tests/setup/login-issuer.ts';

describe.skipIf(!hasDatabase)('beginning to sign in at an issuer', () => {
  const database = useDatabase();
  const env: Record<string, string> = { AUTH: 'on', ...LOGIN };
  let issuer: Awaited<ReturnType<typeof startLoginIssuer>>;
  beforeAll(async () => {
    issuer = await startLoginIssuer();
    env.OIDC_ISSUER = issuer.url;
    issuer.serve('http://localhost/ui/sign-in/callback');
  });
  afterAll(() => issuer.close());
  const api = useApi(database, env);
  const without = useApi(database, { AUTH: 'on' });
  const lost = useApi(database, { AUTH: 'on', ...LOGIN, OIDC_ISSUER: 'http://127.0.0.1:9' });
  const begin = (headers = {}) => api.get('/ui/sign-in/begin', { host: 'localhost:3000', ...headers });

  it('is offered where people sign in', async () => {
    const { text } = await api.get('/ui/sign-in');
    expect(text).toContain(`href="/ui/sign-in/begin">Sign in at ${new URL(issuer.url).host}</a>`);
    expect(text).toContain('type="password"');
    const referer = 'http://localhost:3000/ui/mirrors';
    const from = await api.get('/ui/sign-in', { host: 'localhost:3000', referer });
    expect(from.text).toContain('href="/ui/sign-in/begin?to=%2Fui%2Fmirrors">');
    expect((await without.get('/ui/sign-in')).text).not.toContain('/ui/sign-in/begin');
    expect((await without.get('/ui/sign-in/begin')).status).toBe(404);
  });

  it('goes there with a challenge of its own, and keeps no secret in the browser', async () => {
    const [first, second] = [await begin(), await begin()];
    const { searchParams } = new URL(String(first.headers.location));
    expect(Object.fromEntries(searchParams)).toEqual({
      response_type: 'code',
      client_id: 'pages',
      redirect_uri: 'http://localhost:3000/ui/sign-in/callback',
      scope: 'openid read write',
      audience: 'https://data.example',
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    });
    const cookie = String(first.headers['set-cookie']);
    expect(cookie).toMatch(/^login=\d{10}\.[\w-]{43}; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax$/);
    const [, random = ''] = /\.([\w-]{43});/.exec(cookie) ?? [];
    const challenge = createHash('sha256').update(random).digest('base64url');
    for (const name of ['state', 'nonce', 'code_challenge']) {
      const value = searchParams.get(name);
      expect([random, challenge]).not.toContain(value);
      expect(new URL(String(second.headers.location)).searchParams.get(name)).not.toBe(value);
    }
  });

  it('is for https and localhost, and for who comes from here', async () => {
    expect((await begin({ host: 'mirror.test' })).status).toBe(403);
    const foreign = await begin({ 'sec-fetch-site': 'cross-site' });
    expect([foreign.headers.location, foreign.headers['set-cookie']]).toEqual(['/ui/sign-in', undefined]);
  });

  it('says when the issuer is unreachable', async () => {
    const { status, headers } = await lost.get('/ui/sign-in/begin', { host: 'localhost' });
    expect([status, headers['retry-after']]).toEqual([503, '5']);
  });
});
