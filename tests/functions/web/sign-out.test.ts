import { describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { FOREIGN, submit } from './forms.ts';
import { ENTRIES } from './tokens.ts';

describe.skipIf(!hasDatabase)('signing out', () => {
  const api = useApi(useDatabase(), { AUTH: 'on', API_TOKENS: ENTRIES.join(',') });

  it('takes the cookie away', async () => {
    const { status, headers } = await submit(api, '/ui/sign-out', {}, { origin: 'https://mirror.test' });
    expect([status, headers.location]).toEqual([303, '/ui']);
    expect(headers['set-cookie']).toBe(
      '__Host-session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict; Secure',
    );
  });

  it.each(Object.entries(FOREIGN))('is refused from %s', async (_where, headers) => {
    const response = await submit(api, '/ui/sign-out', {}, headers);
    expect([response.status, response.headers['set-cookie']]).toEqual([403, undefined]);
  });
});
