import { describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { ENTRIES } from './tokens.ts';

describe.skipIf(!hasDatabase)('the page to sign in', () => {
  const database = useDatabase();
  const api = useApi(database, { AUTH: 'on', REQUIRE_AUTH_FOR_READS: 'true', API_TOKENS: ENTRIES.join(',') });
  const free = useApi(database);

  it('is open, and linked from where a token is missing', async () => {
    const { status, text } = await api.get('/ui/sign-in');
    expect(status).toBe(200);
    expect(text).toContain('type="password"');
    const refused = await api.get('/ui');
    expect([refused.status, refused.text.includes('href="/ui/sign-in"')]).toEqual([401, true]);
  });

  it('says so where nobody needs it', async () => {
    expect((await free.get('/ui/sign-in')).text).toContain('Nobody needs to sign in here');
    expect((await free.get('/ui')).text).not.toContain('/ui/sign-in');
  });
});
