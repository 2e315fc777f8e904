import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';

const TOKEN = 'a-token-of-this-mirror';
const basic = (user: string, key: string) => `Basic ${Buffer.from(`${user}:${key}`).toString('base64')}`;

describe.skipIf(!hasDatabase)('who a client of Kaggle is', () => {
  const database = useDatabase();
  const tokens = `ci:read:${hash('sha256', TOKEN)},writer:write:${hash('sha256', 'only-writes')}`;
  const env = { AUTH: 'on', API_TOKENS: tokens };
  const open = useApi(database, env);
  const closed = useApi(database, { ...env, REQUIRE_AUTH_FOR_READS: 'true' });
  const hello = (api: typeof open, headers: Record<string, string>) =>
    api.post('/api/v1/api.v1.DiagnosticsService/Hello', {}, headers);

  it.each([
    ['Basic, the key', { authorization: basic('anybody', TOKEN) }],
    ['Basic, with a colon in the user that is none', { authorization: basic('', TOKEN) }],
    ['Bearer', { authorization: `Bearer ${TOKEN}` }],
    ['a proxy', { 'proxy-authorization': basic('me', TOKEN), authorization: basic('me', 'a key of Kaggle') }],
    ['a notebook', { 'x-kaggle-authorization': `Bearer ${TOKEN}` }],
  ])('is known by a token of this mirror as that of %s', async (_what, headers) => {
    for (const api of [open, closed]) {
      const { status, json } = await hello(api, headers);
      expect([status, json()]).toEqual([200, { userName: 'ci' }]);
    }
    expect((await closed.get('/api/v1/hello', headers)).json()).toEqual({ userName: 'ci' });
  });

  it.each([
    ['none at all', {}],
    ['a key of Kaggle', { authorization: basic('ada', '0123456789abcdef0123456789abcdef') }],
    ['a token of Kaggle', { authorization: 'Bearer KGAT_0123456789abcdef' }],
    ['what looks like a JWT', { authorization: 'Bearer a.b.c' }],
    ['Basic without a key', { authorization: basic('ada', '') }],
    ['Basic without a colon', { authorization: `Basic ${Buffer.from(TOKEN).toString('base64')}` }],
    ['another scheme', { authorization: 'Digest username="ada"' }],
  ])('is anonymous with %s where all may read, and 401 where not', async (_what, headers) => {
    expect((await hello(open, headers)).json()).toEqual({ userName: 'anonymous' });
    const refused = await hello(closed, headers);
    expect([refused.status, refused.json().error.status]).toEqual([401, 'UNAUTHENTICATED']);
    expect(refused.headers['www-authenticate']).toMatch(/^Bearer .*, Basic realm=/);
  });

  it('is 403 for a token that may not read', async () => {
    const { status, json } = await hello(closed, { authorization: 'Bearer only-writes' });
    expect([status, json().error.status]).toEqual([403, 'PERMISSION_DENIED']);
  });

  it('does not use up requests by a key of Kaggle on downloads, as tokens are guessed there', async () => {
    const limited = { authorization: basic('ada', 'a key of Kaggle') };
    const { headers } = await open.get('/api/v1/datasets/download/ada/none', limited);
    expect(headers).not.toHaveProperty('ratelimit');
  });
});
