import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { makeSigningKeys } from '#tests/setup/issuer.ts';

const AUDIENCE = 'https://data.example';
const CLIENT = { client_id: 'trainer', client_secret: 'a-secret-of-the-client' };

/** The issuer is another's (node-oidc-provider): what it publishes and signs is not what we think that issuers do. */
describe.skipIf(!hasDatabase)('tokens of a real issuer', () => {
  const servers: Server[] = [];
  const env: Record<string, string> = { AUTH: 'on', OIDC_AUDIENCE: AUDIENCE };
  let ours = '';
  let theirs = '';
  beforeAll(async () => {
    const keys = await makeSigningKeys();
    [ours, theirs] = [await listen(keys), await listen(await makeSigningKeys())];
    env.OIDC_ISSUER = ours;
  });
  afterAll(() => {
    for (const server of servers) server.close();
  });
  const api = useApi(useDatabase(), env);

  async function listen(keys: Awaited<ReturnType<typeof makeSigningKeys>>): Promise<string> {
    const server = createServer();
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const provider = new Provider(url, {
      clients: [{ ...CLIENT, grant_types: ['client_credentials'], redirect_uris: [], response_types: [] }],
      scopes: ['read', 'write'],
      jwks: { keys },
      features: {
        devInteractions: { enabled: false },
        clientCredentials: { enabled: true },
        resourceIndicators: {
          enabled: true,
          getResourceServerInfo: (_context, resource) => ({
            audience: resource,
            scope: 'read write',
            accessTokenFormat: resource.endsWith('/opaque') ? 'opaque' : 'jwt',
            accessTokenTTL: 60,
            jwt: { sign: { alg: 'ES256' } },
          }),
        },
      },
    });
    server.on('request', provider.callback());
    return url;
  }

  async function obtain(scope: string, { resource = AUDIENCE, from = ours } = {}): Promise<string> {
    const answer = await fetch(`${from}/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'client_credentials', ...CLIENT, scope, resource }),
    });
    const body = (await answer.json()) as { access_token?: string };
    if (body.access_token === undefined) throw new Error(JSON.stringify(body));
    return body.access_token;
  }
  const create = async (token: string) => {
    const { status, headers } = await api.post(
      '/datasets',
      { name: 'x' },
      { authorization: `Bearer ${token}` },
    );
    return { status, challenge: headers['www-authenticate'] };
  };

  it('open what their scopes say', async () => {
    expect((await create(await obtain('read write'))).status).toBe(201);
    expect((await create(await obtain('write'))).status).toBe(201);
    const { status, challenge } = await create(await obtain('read'));
    expect(status).toBe(403);
    expect(challenge).toContain('insufficient_scope');
  });

  it('open nothing once they have expired', async () => {
    const token = await obtain('write');
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 70_000 });
    try {
      expect((await create(token)).status).toBe(401);
    } finally {
      vi.useRealTimers();
    }
  });

  it.each([
    ['for another audience', () => obtain('write', { resource: 'https://other.example' })],
    ['of another issuer', () => obtain('write', { from: theirs })],
    ['that are no JSON Web Tokens', () => obtain('write', { resource: `${AUDIENCE}/opaque` })],
    ['with the claims of another', async () => spliced(await obtain('read'), await obtain('write'))],
    ['without their signature', async () => `${(await obtain('write')).split('.', 2).join('.')}.`],
  ])('open nothing %s', async (_what, make) => {
    const { status, challenge } = await create(await make());
    expect(status).toBe(401);
    expect(challenge).toContain('invalid_token');
  });
});

function spliced(signed: string, wanted: string): string {
  const [head, , signature] = signed.split('.');
  return [head, wanted.split('.')[1], signature].join('.');
}
