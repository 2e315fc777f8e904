import { SCOPES } from '#shared/config/api-tokens.ts';
import type { Caller } from './authentication.ts';
import { Problem } from './problems.ts';

const TIMEOUT = 3_000;

/** Who a JSON Web Token of `issuer` speaks for; null when it is not valid. Keys are fetched on first use and cached. */
export function oidcVerifier(issuer: string, audience: string): (token: string) => Promise<Caller | null> {
  let verifier: ReturnType<typeof discover> | undefined;
  return async (token) => {
    verifier ??= discover(issuer, audience).catch((error) => {
      verifier = undefined;
      throw error;
    });
    const verify = await verifier.catch(unavailable);
    return verify(token);
  };
}

/** OpenID Connect Discovery 1.0, section 4. `jose` is loaded only by those who use it. */
async function discover(issuer: string, audience: string) {
  const { createRemoteJWKSet, errors, jwtVerify } = await import('jose');
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const response = await fetch(address, { signal: AbortSignal.timeout(TIMEOUT), redirect: 'error' });
  if (!response.ok) throw new Error(`${address} answered ${response.status}`);
  const { jwks_uri } = (await response.json()) as { jwks_uri: string };
  const keys = createRemoteJWKSet(new URL(jwks_uri), { timeoutDuration: TIMEOUT });
  return async (token: string): Promise<Caller | null> => {
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience,
        clockTolerance: 5,
        requiredClaims: ['exp', 'sub'],
      });
      if (!isSubject(payload.sub)) return null;
      const granted = [payload.scope, payload.scp].flatMap((claim) =>
        typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? claim : [],
      );
      const scopes = SCOPES.filter((scope) => granted.includes(scope));
      return { name: `oidc:${payload.sub}`, scopes, until: Math.floor(payload.exp ?? 0) };
    } catch (error) {
      const isInvalid =
        error instanceof errors.JOSEError &&
        !(error instanceof errors.JWKSTimeout) &&
        !(error instanceof errors.JWKSInvalid) &&
        error.code !== 'ERR_JOSE_GENERIC';
      return isInvalid ? null : unavailable();
    }
  };
}

/** OpenID Connect Core 1.0, section 2: at most 255 characters; we want them to be printable. */
function isSubject(sub: unknown): boolean {
  return typeof sub === 'string' && sub.isWellFormed() && /^\P{Cc}{1,255}$/u.test(sub);
}

function unavailable(): never {
  throw new Problem(
    'identity-provider-unavailable',
    'The issuer of the token is unreachable. Retry shortly.',
    {
      headers: { 'retry-after': '5' },
    },
  );
}
