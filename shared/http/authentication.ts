import type { Scope, TokenEntry } from '#shared/config/api-tokens.ts';
import { Problem } from './problems.ts';
import { findToken } from './static-tokens.ts';

export interface Caller {
  /** `token:NAME`, `oidc:SUBJECT`, or `anyone` when writes are open to all. */
  name: string;
  scopes: readonly Scope[];
}

export interface TokenSources {
  staticTokens: () => readonly TokenEntry[];
  oidc: ((token: string) => Promise<Caller | null>) | null;
}

/**
 * Who an Authorization field speaks for (RFC 6750, section 2.1); null when it was not sent.
 * @throws {Problem} unauthorized when no source knows the token
 */
export async function authenticate(
  { staticTokens, oidc }: TokenSources,
  field: string | undefined,
): Promise<Caller | null> {
  if (field === undefined) return null;
  const token = /^bearer +([\w.~+/-]+=*)$/i.exec(field)?.[1];
  if (token === undefined) return refuse('Send the token as Authorization: Bearer TOKEN.');
  const entry = findToken(staticTokens(), token);
  if (entry) return { name: `token:${entry.name}`, scopes: entry.scopes };
  const caller = oidc && token.split('.').length === 3 ? await oidc(token) : null;
  return caller ?? refuse('The token is not known, or no longer valid.');
}

/** @throws {Problem} unauthorized for a caller without a token, forbidden for one whose token lacks the scope */
export function requireScope(caller: Caller | null, scope: Scope): void {
  if (caller === null)
    throw new Problem(
      'unauthorized',
      `This needs a token with the scope ${scope}: Authorization: Bearer TOKEN.`,
      {
        headers: { 'www-authenticate': CHALLENGE },
      },
    );
  if (!caller.scopes.includes(scope))
    throw new Problem('forbidden', `The token lacks the scope ${scope}.`, {
      headers: { 'www-authenticate': `${CHALLENGE}, error="insufficient_scope", scope="${scope}"` },
    });
}

const CHALLENGE = 'Bearer realm="kaggle-data-api"';

function refuse(detail: string): never {
  throw new Problem('unauthorized', detail, {
    headers: { 'www-authenticate': `${CHALLENGE}, error="invalid_token"` },
  });
}
