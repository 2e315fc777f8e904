import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';

describe.skipIf(!hasDatabase)('IntrospectToken', () => {
  const database = useDatabase();
  const env = { AUTH: 'on', API_TOKENS: `ci:read:${hash('sha256', 'secret')}` };
  const open = useApi(database, env);
  const closed = useApi(database, { ...env, REQUIRE_AUTH_FOR_READS: 'true' });
  const introspect = (api: typeof open, token: string) =>
    api.post(
      '/api/v1/security.OAuthService/IntrospectToken',
      { token },
      { authorization: `Bearer ${token}` },
    );

  it('lets clients with any token go on where all may read', async () => {
    expect((await introspect(open, 'KGAT_of_kaggle')).json()).toEqual({
      active: true,
      username: 'anonymous',
    });
    expect((await introspect(open, 'secret')).json()).toEqual({ active: true, username: 'ci' });
  });

  it('asks for a token of this mirror where not', async () => {
    expect((await introspect(closed, 'KGAT_of_kaggle')).status).toBe(401);
    expect((await introspect(closed, 'secret')).json()).toEqual({ active: true, username: 'ci' });
  });
});
