import type { Scope, TokenEntry } from '#shared/config/api-tokens.ts';
import type { Credentials, Dialect } from './dialect.ts';
import { Problem } from './problems.ts';
import { findToken } from './static-tokens.ts';

export interface Caller {
  /** `token:NAME`, `oidc:SUBJECT`, or `anyone` when writes are open to all. */
  name: string;
  scopes: readonly Scope[];
  /** When the issuer's token ends, in seconds since 1970. */
  until?: number;
}

export interface TokenSources {
  staticTokens: () => readonly TokenEntry[];
  oidc: ((token: string) => Promise<Caller | null>) | null;
}

/**
 * Who credentials speak for; null when there are none.
 * @throws {Problem} unauthorized when no source knows the token
 */
export async function authenticate(
  { staticTokens, oidc }: TokenSources,
  credentials: Credentials,
  { challenge }: Dialect,
): Promise<Caller | null> {
  const refuse = (detail: string): never => {
    throw new Problem('unauthorized', detail, {
      headers: { 'www-authenticate': challenge('error="invalid_token"') },
    });
  };
  if (credentials === null) return null;
  if (credentials === 'malformed') return refuse('Send the token as Authorization: Bearer TOKEN.');
  const { token } = credentials;
  const entry = findToken(staticTokens(), token);
  if (entry) return { name: `token:${entry.name}`, scopes: entry.scopes };
  const caller = oidc && token.split('.').length === 3 ? await oidc(token) : null;
  return caller ?? refuse('The token is unknown or expired. Send a valid token.');
}

/** @throws {Problem} unauthorized for a caller without a token, forbidden for one whose token lacks the scope */
export function requireScope(caller: Caller | null, scope: Scope, { challenge }: Dialect): void {
  if (caller === null)
    throw new Problem(
      'unauthorized',
      `A token with the scope ${scope} is required. Send it as Authorization: Bearer TOKEN.`,
      { headers: { 'www-authenticate': challenge() } },
    );
  if (!caller.scopes.includes(scope))
    throw new Problem('forbidden', `The token lacks the scope ${scope}.`, {
      headers: { 'www-authenticate': challenge(`error="insufficient_scope", scope="${scope}"`) },
    });
}
