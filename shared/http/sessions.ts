import { hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import * as z from 'zod';
import { SCOPES, type TokenEntry } from '#shared/config/api-tokens.ts';
import type { Caller } from './authentication.ts';
import { readCookie, writeCookie } from './cookies.ts';
import type { Signing } from './signing.ts';
import { findToken } from './static-tokens.ts';

/** Keeps people signed in with a token that they gave once, or at an issuer. Nothing is stored here, and no token is in a cookie. */
export interface Sessions {
  /** The cookie's value for who has this token; null when nobody has it. */
  start(token: string): Promise<string | null>;
  /** The same for who came back from the issuer. */
  startFor(caller: Caller): Promise<string>;
  /** Who a value speaks for; null when it was not made here, is too old, or its token is no longer valid. */
  resume(value: string): Promise<Caller | null>;
}

declare module './dependencies.ts' {
  interface Dependencies {
    /** Null where nobody needs a token. */
    sessions: Sessions | null;
  }
}

/** Seconds. */
export const SESSION_LIFETIME = 12 * 3_600;
/** Until when, of which token or whom, and the signature of both. */
const VALUE = /^(\d{10})\.(oidc\.[\w-]{1,3000}|[\w-]{43})\.([\w-]{43})$/;

const Person = z.strictObject({ issuer: z.string(), name: z.string(), scopes: z.array(z.enum(SCOPES)) });

export function createSessions(
  signing: Signing,
  staticTokens: () => readonly TokenEntry[],
  now: () => number = Date.now,
  /** Whose people may have sessions; null for nobody's. */
  issuer: string | null = null,
): Sessions {
  const seconds = () => Math.floor(now() / 1_000);
  return {
    async start(token) {
      const entry = findToken(staticTokens(), token);
      if (entry === undefined) return null;
      return signed(fingerprint(entry));
    },
    startFor({ name, scopes }) {
      const person = JSON.stringify({ issuer, name, scopes });
      return signed(`oidc.${Buffer.from(person).toString('base64url')}`);
    },
    async resume(value) {
      const [, end = '', of = '', signature = ''] = VALUE.exec(value) ?? [];
      if (end === '' || !(await signing.verify('sessions', `${end}.${of}`, signature))) return null;
      if (Number(end) <= seconds()) return null;
      if (of.startsWith('oidc.')) return personOf(of.slice('oidc.'.length));
      // The scopes are those that the token has now, and none once it is gone.
      const entry = staticTokens().find((one) => fingerprint(one) === of);
      return entry ? { name: `token:${entry.name}`, scopes: entry.scopes } : null;
    },
  };

  async function signed(of: string): Promise<string> {
    const text = `${seconds() + SESSION_LIFETIME}.${of}`;
    return `${text}.${await signing.sign('sessions', text)}`;
  }

  /** What was signed is as it was written here, but perhaps for another issuer. */
  function personOf(encoded: string): Caller | null {
    const { data } = Person.safeParse(JSON.parse(Buffer.from(encoded, 'base64url').toString()));
    return data && data.issuer === issuer ? { name: data.name, scopes: data.scopes } : null;
  }
}

/** Tells which token it was, and is of no use to guess it. */
function fingerprint({ name, digest }: TokenEntry): string {
  return hash('sha256', `session ${name} ${digest.toString('hex')}`, 'base64url');
}

const NAME = 'session';

/** The value of a session's cookie that a request has. */
export function sessionCookie(headers: IncomingHttpHeaders): string | null {
  return readCookie(headers, NAME);
}

/** Set-Cookie for a page of this origin; null where a browser would not keep it safe. An empty value ends it. */
export function setSessionCookie(origin: string, value: string): string | null {
  const age = value === '' ? 0 : SESSION_LIFETIME;
  return writeCookie(origin, { name: NAME, value, age, sameSite: 'Strict' });
}
