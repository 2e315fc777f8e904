import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

export interface SigningKey {
  kid: string;
  publicJwk: JWK;
  privateKey: CryptoKey;
}

export async function makeKey(kid: string): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  return { kid, publicJwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256' }, privateKey };
}

/** One private key of each kind that issuers sign with. */
export async function makeSigningKeys(): Promise<JWK[]> {
  return Promise.all(
    ['ES256', 'RS256'].map(async (alg) => {
      const { privateKey } = await generateKeyPair(alg, { extractable: true });
      return { ...(await exportJWK(privateKey)), kid: `${alg}-${randomUUID()}`, alg, use: 'sig' };
    }),
  );
}

export interface Issuer {
  url: string;
  /** Null: the whole of it is down. */
  keys: { status: number; body: string } | null;
  fetched: number;
  publish(...keys: SigningKey[]): void;
  close(): void;
}

/** An issuer that answers what no real one would be made to. */
export async function startIssuer(): Promise<Issuer> {
  const server = createServer((request, response) => {
    if (issuer.keys === null) return void response.writeHead(500).end();
    if (request.url !== '/keys') return void response.end(JSON.stringify({ jwks_uri: `${issuer.url}/keys` }));
    issuer.fetched += 1;
    response.writeHead(issuer.keys.status).end(issuer.keys.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer: Issuer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    keys: { status: 200, body: '{"keys":[]}' },
    fetched: 0,
    publish(...keys) {
      issuer.keys = { status: 200, body: JSON.stringify({ keys: keys.map(({ publicJwk }) => publicJwk) }) };
    },
    close: () => server.close(),
  };
  return issuer;
}

/** A token that may write, unless `claims` say otherwise. */
export function signToken(
  key: SigningKey,
  issuer: string,
  { audience = 'kaggle', expires = '1h', ...claims }: Record<string, unknown> = {},
): Promise<string> {
  return new SignJWT({ sub: 'ada', scope: 'write', ...claims })
    .setProtectedHeader({ alg: 'ES256', kid: key.kid })
    .setIssuer(issuer)
    .setAudience(String(audience))
    .setExpirationTime(String(expires))
    .sign(key.privateKey);
}
