import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { FOREIGN, HERE, submit } from './forms.ts';
import { ENTRIES, TOKENS } from './tokens.ts';

const SECURE = { host: 'mirror.test', origin: 'https://mirror.test' };
/** Where the form to sign in leads to, as browsers read it. */
const placeIn = (text: string) => /name="to" value="([^"]+)"/.exec(text)?.[1]?.replaceAll('&amp;', '&');
const OURS = { host: 'mirror.test', 'sec-fetch-site': 'same-origin' };

describe.skipIf(!hasDatabase)('signing in', () => {
  const database = useDatabase();
  const guarded = { AUTH: 'on', REQUIRE_AUTH_FOR_READS: 'true' };
  const api = useApi(database, { ...guarded, API_TOKENS: ENTRIES.join(',') });
  const twin = useApi(database, { ...guarded, API_TOKENS: ENTRIES.join(',') });
  const free = useApi(database);
  const enter = (token: string, headers = {}) =>
    submit(api, '/ui/sign-in', { token }, { ...SECURE, ...headers });
  const cookieOf = async (token: string) =>
    String((await enter(token)).headers['set-cookie']).split(';')[0] ?? '';

  it('sets a cookie that no script and no other site gets, and of which nothing can be read', async () => {
    const { status, headers } = await enter(` ${TOKENS.writer} `);
    expect([status, headers.location]).toEqual([303, '/ui']);
    expect(headers['set-cookie']).toMatch(
      /^__Host-session=[\w-]+; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict; Secure$/,
    );
    const value = /session=([^;]+)/.exec(String(headers['set-cookie']))?.[1] ?? '';
    const bytes = Buffer.from(value, 'base64url');
    for (const part of [TOKENS.writer, 'grace', 'write', 'token', String(Date.now()).slice(0, 5)])
      expect(`${value} ${bytes.toString('latin1')}`).not.toContain(part);
    expect(await cookieOf(TOKENS.writer)).not.toContain(value);
  });

  it('opens the pages with the rights of the token, at each instance', async () => {
    const cookie = await cookieOf(TOKENS.writer);
    for (const where of [api, twin]) {
      const { status, text } = await where.get('/ui', { cookie });
      expect(status).toBe(200);
      expect(text).toContain('Sign out grace');
      expect(text).toContain('method="post" action="/ui/datasets"');
    }
    expect((await submit(api, '/ui/datasets', { source_url: 'ada/rain' }, { cookie })).status).toBe(303);
    const reader = await cookieOf(TOKENS.reader);
    expect((await api.get('/ui', { cookie: reader })).text).not.toContain('action="/ui/datasets"><label');
    expect((await submit(api, '/ui/datasets', { source_url: 'ada/snow' }, { cookie: reader })).status).toBe(
      403,
    );
  });

  it('is said on the page of a failure, where one can sign out too', async () => {
    const cookie = await cookieOf(TOKENS.reader);
    const missing = await api.get('/ui/datasets/99', { cookie });
    expect(missing.status).toBe(404);
    expect(missing.text).toContain('<button class="quiet">Sign out ada</button>');
    const refused = await submit(api, '/ui/datasets', { source_url: 'ada/snow' }, { cookie });
    expect(refused.status).toBe(403);
    expect(refused.text).toContain('Sign out ada');
    expect((await api.get('/ui/datasets/99')).text).not.toContain('Sign out');
    expect((await free.get('/ui/datasets/99')).text).not.toContain('Sign out');
  });

  it('lets pages read the API, and nothing else by it', async () => {
    const cookie = await cookieOf(TOKENS.writer);
    expect((await api.get('/datasets', { ...OURS, cookie })).status).toBe(200);
    for (const site of ['cross-site', 'same-site', 'none'])
      expect((await api.get('/datasets', { ...OURS, cookie, 'sec-fetch-site': site })).status, site).toBe(
        401,
      );
    expect((await api.get('/datasets', { host: 'mirror.test', cookie })).status).toBe(401);
    expect((await api.post('/datasets', { name: 'x' }, { ...OURS, cookie })).status).toBe(401);
    expect(
      (await api.send({ method: 'DELETE', url: '/datasets/1', headers: { ...OURS, cookie } })).status,
    ).toBe(401);
  });

  it.each(Object.entries(FOREIGN))(
    'is refused from %s, and so is a write with its cookie',
    async (_where, headers) => {
      const away = { host: HERE.host, ...headers };
      expect((await submit(api, '/ui/sign-in', { token: TOKENS.writer }, away)).status).toBe(403);
      const cookie = await cookieOf(TOKENS.writer);
      expect(
        (await submit(api, '/ui/datasets', { source_url: 'ada/evil' }, { ...away, cookie })).status,
      ).toBe(403);
    },
  );

  it('takes no other token, and no cookie that was changed', async () => {
    const { status, headers, text } = await enter('x'.repeat(43));
    expect([status, headers['set-cookie']]).toEqual([401, undefined]);
    expect(text).toContain('This token is unknown');
    const cookie = await cookieOf(TOKENS.reader);
    const [name = '', value = ''] = cookie.split('=');
    const bytes = Buffer.from(value, 'base64url');
    const other = Buffer.from((await cookieOf(TOKENS.writer)).split('=')[1] ?? '', 'base64url');
    // Nonce, content and tag: each byte changed alone, and each part taken from another session.
    const flipped = [...bytes.keys()].map((at) => bytes.with(at, (bytes[at] ?? 0) ^ 1));
    const mixed = [
      [other.subarray(0, 12), bytes.subarray(12)],
      [bytes.subarray(0, 12), other.subarray(12, -16), bytes.subarray(-16)],
      [bytes.subarray(0, -16), other.subarray(-16)],
      [bytes.subarray(0, 27)],
      [bytes, bytes],
    ].map((parts) => Buffer.concat(parts));
    const texts = ['', `${value}.`, `${value.slice(1)}`, 'A'.repeat(38), 'A'.repeat(4_090)];
    for (const forged of [
      ...[...flipped, ...mixed].map((one) => Buffer.from(one).toString('base64url')),
      ...texts,
    ])
      expect((await api.get('/ui', { cookie: `${name}=${forged}` })).status, forged).toBe(401);
    // Its name says that it came over https.
    expect((await api.get('/ui', { cookie: `session=${value}`, host: 'mirror.test' })).status).toBe(401);
  });

  it('works on localhost without https, and nowhere else', async () => {
    const local = { host: 'localhost:3000', origin: 'http://localhost:3000' };
    const { status, headers } = await enter(TOKENS.reader, local);
    expect([status, headers['set-cookie']]).toEqual([
      303,
      expect.stringMatching(/^session=[^;]+; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/),
    ]);
    const cookie = String(headers['set-cookie']).split(';')[0];
    expect((await api.get('/ui', { cookie, host: 'localhost:3000' })).status).toBe(200);
    const plain = await enter(TOKENS.reader, { origin: 'http://mirror.test' });
    expect([plain.status, plain.headers['set-cookie']]).toEqual([403, undefined]);
  });

  it('leads back to the page that one came from', async () => {
    const place = '/ui/datasets/1/table?version=1&filter=name.eq.%22a%22&row=9';
    const referer = `https://mirror.test${place}`;
    const form = await api.get('/ui/sign-in', { host: 'mirror.test', referer });
    expect(placeIn(form.text)).toBe(place);
    const { status, headers } = await submit(api, '/ui/sign-in', { token: TOKENS.reader, to: place }, SECURE);
    expect([status, headers.location]).toEqual([303, place]);
  });

  it('takes another token after a wrong one, and still leads back', async () => {
    const place = '/ui/datasets/1/table?version=1&filter=name.eq.%22a%22&row=9';
    const wrong = await submit(api, '/ui/sign-in', { token: 'x'.repeat(43), to: place }, SECURE);
    expect([wrong.status, placeIn(wrong.text)]).toEqual([401, place]);
    expect(wrong.text).toContain('type="password"');
    expect(wrong.text).not.toContain('x'.repeat(43));
    const empty = await submit(api, '/ui/sign-in', { token: '', to: place }, SECURE);
    expect([empty.status, placeIn(empty.text)]).toEqual([401, place]);
    const evil = await submit(api, '/ui/sign-in', { token: 'x', to: '//evil.test/ui' }, SECURE);
    expect([evil.status, evil.text.includes('evil.test')]).toEqual([401, false]);
  });

  it('shows no form to who was sent by another site', async () => {
    const fields = { token: 'x', to: '/ui/mirrors' };
    const { status, text } = await submit(api, '/ui/sign-in', fields, { origin: 'https://evil.test' });
    expect([status, placeIn(text)]).toEqual([403, undefined]);
  });

  it('is linked from a page that is closed with the way back to it', async () => {
    const { text } = await api.get('/ui/mirrors?state=ready');
    const [, link = ''] = /href="(\/ui\/sign-in[^"]*)"/.exec(text) ?? [];
    expect(placeIn((await api.get(link)).text)).toBe('/ui/mirrors?state=ready');
    const form = await submit(api, '/ui/syncs/1/cancel', {}, { referer: 'http://mirror.test/ui/syncs/1' });
    expect([form.status, form.text.includes('/ui/sign-in?to=%2Fui%2Fsyncs%2F1"')]).toEqual([401, true]);
  });

  it.each([
    '//evil.test/ui',
    'https://evil.test/ui',
    '/\\evil.test/ui',
    '/ui/..//evil.test',
    '/ui/%2e%2e//evil.test',
    '/\t/evil.test',
    'javascript:alert(1)',
    '/ui\r\nset-cookie: a=b/../..',
    '/datasets/1',
    '/ui/sign-in',
    '/ui/sign-out',
    '/ui/syncs/1/cancel',
    `/ui?q=${'x'.repeat(2_000)}`,
  ])('leads to the first page, and not to %j', async (to) => {
    const { status, headers } = await submit(api, '/ui/sign-in', { token: TOKENS.reader, to }, SECURE);
    expect([status, headers.location]).toEqual([303, '/ui']);
  });

  it('does not believe another site where one came from', async () => {
    for (const referer of ['https://evil.test/ui/mirrors', 'https://mirror.test.evil/ui/mirrors', 'nonsense'])
      expect((await api.get('/ui/sign-in', { host: 'mirror.test', referer })).text, referer).not.toContain(
        'name="to"',
      );
  });

  it('is needless where authentication is off', async () => {
    expect((await submit(free, '/ui/sign-in', { token: 'x' })).headers).not.toHaveProperty('set-cookie');
  });
});

describe.skipIf(!hasDatabase)('a session', () => {
  let folder = '';
  let file = '';
  const path = () => file;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tokens-'));
    file = join(folder, 'tokens');
    writeFileSync(file, ENTRIES.join('\n'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('ends with its token, and after twelve hours', async () => {
    const { createSessions, SESSION_LIFETIME } = await import('#shared/http/sessions.ts');
    const { createSigning } = await import('#shared/http/signing.ts');
    const { watchTokenFile } = await import('#shared/http/static-tokens.ts');
    const log = { error: () => {}, info: () => {} };
    const tokens = watchTokenFile(path(), log);
    let now = Date.now();
    const sessions = createSessions(
      createSigning(async () => ['a key']),
      tokens,
      () => now,
    );
    const { value = '' } = (await sessions.start(TOKENS.writer)) ?? {};
    expect(await sessions.resume(value)).toEqual({ name: 'token:grace', scopes: ['read', 'write'] });
    writeFileSync(file, `${ENTRIES[1]}\n`);
    await vi.waitFor(async () => expect(await sessions.resume(value)).toBeNull(), 10_000);
    writeFileSync(file, ENTRIES.join('\n\n'));
    await vi.waitFor(async () => expect(await sessions.resume(value)).not.toBeNull(), 10_000);
    now += (SESSION_LIFETIME + 1) * 1_000;
    expect(await sessions.resume(value)).toBeNull();
  });

  it('of an issuer ends with the token that was given there, and after an hour', async () => {
    const { createSessions } = await import('#shared/http/sessions.ts');
    const { createSigning } = await import('#shared/http/signing.ts');
    let now = Date.now();
    const signing = createSigning(async () => ['a key']);
    const sessions = createSessions(
      signing,
      () => [],
      () => now,
      'https://issuer.test',
    );
    const caller = { name: 'oidc:ada', scopes: ['read' as const] };
    const start = Math.floor(now / 1_000);
    for (const [until, seconds] of [
      [start + 300, 300],
      [start + 86_400, 3_600],
      [undefined, 3_600],
    ] as const) {
      now = start * 1_000;
      const { value, age } = await sessions.startFor({ ...caller, ...(until && { until }) });
      expect(age).toBe(seconds);
      now = (start + seconds) * 1_000 - 1;
      expect(await sessions.resume(value)).toEqual(caller);
      now = (start + seconds) * 1_000;
      expect(await sessions.resume(value)).toBeNull();
    }
  });

  it('is good for whom has its key, in front or behind it', async () => {
    const { createSessions } = await import('#shared/http/sessions.ts');
    const { createSigning } = await import('#shared/http/signing.ts');
    const { parseTokenEntries } = await import('#shared/config/api-tokens.ts');
    const entries = parseTokenEntries(ENTRIES.join(','));
    const withKeys = (...keys: string[]) =>
      createSessions(
        createSigning(async () => keys),
        () => entries,
      );
    const { value = '' } = (await withKeys('old').start(TOKENS.writer)) ?? {};
    expect(await withKeys('new', 'old').resume(value)).not.toBeNull();
    expect(await withKeys('new').resume(value)).toBeNull();
  });
});
