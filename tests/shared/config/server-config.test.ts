import { describe, expect, it } from 'vitest';
import { loadConfig } from '#shared/config/load-config.ts';
import { ServerConfig } from '#shared/config/server-config.ts';

const read = (names: string) =>
  loadConfig(ServerConfig, { DATABASE_URL: 'postgres://x', FUNCTIONS: names }).FUNCTIONS;

describe('FUNCTIONS', () => {
  it.each(['a,b', ' a , b ', 'a,b,', 'a,,b', 'a b', 'a,\n b\n'])('names functions by comma: %j', (names) => {
    expect(read(names)).toEqual(['a', 'b']);
  });

  it.each([',', ' ', ' , '])('names at least one: %j', (names) => {
    expect(() => read(names)).toThrow('FUNCTIONS: must name at least one function');
  });
});

describe('a client at an issuer', () => {
  const issuer = { OIDC_ISSUER: 'https://id.example', OIDC_AUDIENCE: 'data' };
  const load = (env: Record<string, string>) =>
    loadConfig(ServerConfig, { DATABASE_URL: 'postgres://x', ...env });

  it('may be public, and may have a secret', () => {
    expect(load({ ...issuer, OIDC_CLIENT_ID: 'a' }).OIDC_SCOPES).toBe('openid read write');
    expect(load({ ...issuer, OIDC_CLIENT_ID: 'a', OIDC_CLIENT_SECRET: 'b' }).OIDC_CLIENT_SECRET).toBe('b');
  });

  it.each([{ OIDC_CLIENT_ID: 'a' }, { ...issuer, OIDC_CLIENT_SECRET: 'b' }])('is whole: %j', (env) => {
    expect(() => load(env)).toThrow('OIDC_CLIENT_ID: goes together with OIDC_ISSUER');
  });
});
