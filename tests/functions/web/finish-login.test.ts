import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { LOGIN, signInAt, startLoginIssuer, TOKEN_LIFETIME } from '#tests/setup/login-issuer.ts';
import { submit } from './forms.ts';

const HOST = 'localhost:3000';
const BACK = `http://${HOST}/ui/sign-in/callback`;

describe.skipIf(!hasDatabase)('coming back from an issuer', () => {
  const database = useDatabase();
  const env: Record<string, string> = { AUTH: 'on', REQUIRE_AUTH_FOR_READS: 'true', ...LOGIN };
  const narrow: Record<string, string> = { ...env, OIDC_SCOPES: 'openid read' };
  const moved: Record<string, string> = { ...env };
  let issuer: Awaited<ReturnType<typeof startLoginIssuer>>;
  let other: typeof issuer;
  beforeAll(async () => {
    [issuer, other] = [await startLoginIssuer(), await startLoginIssuer()];
    env.OIDC_ISSUER = issuer.url;
    narrow.OIDC_ISSUER = issuer.url;
    moved.OIDC_ISSUER = other.url;
    issuer.serve(BACK);
  });
  afterAll(() => {
    issuer.close();
    other.close();
  });
  const api = useApi(database, env);
  const reading = useApi(database, narrow);
  const elsewhere = useApi(database, moved);

  const cookieOf = (headers: Record<string, unknown>) => String(headers['set-cookie']).split(';')[0] ?? '';
  async function begin(at = api) {
    const { headers } = await at.get('/ui/sign-in/begin', { host: HOST });
    return { address: String(headers.location), cookie: cookieOf(headers) };
  }
  const finish = ({ search }: URL, cookie: string, at = api) =>
    at.get(`/ui/sign-in/callback${search}`, { host: HOST, cookie, 'sec-fetch-site': 'cross-site' });
  async function signIn(name: string, at = api) {
    const { address, cookie } = await begin(at);
    return finish(await signInAt(address, name, BACK), cookie, at);
  }

  it('starts a session with the scopes of the person, and leads on from a page of this site', async () => {
    const { status, headers, text } = await signIn('grace');
    expect([status, headers.refresh, headers['cache-control']]).toEqual([200, '0; url=/ui', 'no-store']);
    expect(text).toContain('As grace.');
    expect(headers['set-cookie']).toMatch(/^session=[\w-]+; .*HttpOnly; SameSite=Strict$/);
    const [, value = '', age] =
      /^session=([^;]+);.* Max-Age=(\d+);/.exec(String(headers['set-cookie'])) ?? [];
    expect(Buffer.from(value, 'base64url').toString('latin1')).not.toMatch(/grace|oidc|write/);
    // As long as the issuer's token.
    expect(Number(age)).toBeGreaterThan(0);
    expect(Number(age)).toBeLessThanOrEqual(TOKEN_LIFETIME);
    const cookie = cookieOf(headers);
    const page = await api.get('/ui', { host: HOST, cookie });
    expect([page.status, page.text.includes('Sign out grace')]).toEqual([200, true]);
    const local = { host: HOST, origin: `http://${HOST}`, cookie };
    expect((await submit(api, '/ui/datasets', { source_url: 'ada/rain' }, local)).status).toBe(303);
    expect((await elsewhere.get('/ui', { host: HOST, cookie })).status).toBe(401);
  });

  it('leads back to the page that one left, and to none that the browser made up', async () => {
    const place = '/ui/mirrors?state=ready';
    const { headers } = await api.get(`/ui/sign-in/begin?${new URLSearchParams({ to: place })}`, {
      host: HOST,
    });
    const answer = await signInAt(String(headers.location), 'grace', BACK);
    const back = await finish(answer, cookieOf(headers));
    expect([back.status, back.headers.refresh]).toEqual([200, `0; url=${place}`]);
    expect(back.text).toContain(`<a href="${place}">Continue</a>`);
    const { address, cookie } = await begin();
    const changed = `${cookie}~${Buffer.from('//evil.test/ui').toString('base64url')}`;
    const other = await finish(await signInAt(address, 'grace', BACK), changed);
    expect([other.status, other.headers.refresh]).toEqual([200, '0; url=/ui']);
  });

  it('gives no more than was granted', async () => {
    const cookie = cookieOf((await signIn('ada', reading)).headers);
    const local = { host: HOST, origin: `http://${HOST}`, cookie };
    expect((await reading.get('/ui', { host: HOST, cookie })).status).toBe(200);
    expect((await submit(reading, '/ui/datasets', { source_url: 'ada/snow' }, local)).status).toBe(403);
  });

  it('works once, in the browser that left', async () => {
    const mine = await begin();
    const answer = await signInAt(mine.address, 'grace', BACK);
    const theirs = await begin();
    for (const cookie of ['', theirs.cookie, 'login=1.x', `login=9999999999.${'A'.repeat(43)}`])
      expect((await finish(answer, cookie)).status, cookie).toBe(403);
    const swapped = new URL(answer);
    swapped.searchParams.set('state', String(new URL(theirs.address).searchParams.get('state')));
    // A code of another login, for who was made to come here with it.
    const injected = await finish(swapped, theirs.cookie);
    expect([injected.status, injected.headers['set-cookie']]).toEqual([403, undefined]);
    expect(injected.text).toContain('invalid_grant');
  });

  it('does not take a code twice, nor one of another issuer', async () => {
    const { address, cookie } = await begin();
    const answer = await signInAt(address, 'grace', BACK);
    const mixed = new URL(answer);
    mixed.searchParams.set('iss', other.url);
    expect((await finish(mixed, cookie)).status).toBe(403);
    expect((await finish(answer, cookie)).status).toBe(200);
    expect((await finish(answer, cookie)).status).toBe(403);
  });

  it('tells what the issuer says, by its code alone', async () => {
    const { address, cookie } = await begin();
    const state = String(new URL(address).searchParams.get('state'));
    const denied = new URL(BACK);
    const iss = issuer.url;
    const fields = { error: 'access_denied', error_description: '<b>come to evil.test</b>', state, iss };
    denied.search = new URLSearchParams(fields).toString();
    const { status, text } = await finish(denied, cookie);
    expect([status, text.includes('access_denied'), text.includes('evil.test')]).toEqual([403, true, false]);
  });

  it('leads on to the same page when the issuer refuses, and one begins again', async () => {
    const to = '/ui/mirrors?state=ready';
    const begun = await api.get(`/ui/sign-in/begin?${new URLSearchParams({ to })}`, { host: HOST });
    const state = String(new URL(String(begun.headers.location)).searchParams.get('state'));
    const denied = new URL(BACK);
    denied.search = new URLSearchParams({ error: 'access_denied', state, iss: issuer.url }).toString();
    const { status, text } = await finish(denied, cookieOf(begun.headers));
    const again = `/ui/sign-in/begin?${new URLSearchParams({ to })}`;
    expect([status, text.includes(`href="${again}"`), text.includes(`name="to" value="${to}"`)]).toEqual([
      403,
      true,
      true,
    ]);
  });

  it('takes no token for another service', async () => {
    issuer.serve(BACK, 'https://other.example');
    const { status, headers, text } = await signIn('grace');
    issuer.serve(BACK);
    expect([status, headers['set-cookie'], text.includes('OIDC_AUDIENCE')]).toEqual([403, undefined, true]);
  });
});
