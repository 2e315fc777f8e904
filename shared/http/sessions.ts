import { hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { TokenEntry } from '#shared/config/api-tokens.ts';
import type { Caller } from './authentication.ts';
import type { Signing } from './signing.ts';
import { findToken } from './static-tokens.ts';

/** Keeps people signed in with a token that they gave once. Nothing is stored here, and no token is in a cookie. */
export interface Sessions {
  /** The cookie's value for who has this token; null when nobody has it. */
  start(token: string): Promise<string | null>;
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
const VALUE = /^(\d{10})\.([\w-]{43})\.([\w-]{43})$/;

export function createSessions(
  signing: Signing,
  staticTokens: () => readonly TokenEntry[],
  now: () => number = Date.now,
): Sessions {
  const seconds = () => Math.floor(now() / 1_000);
  return {
    async start(token) {
      const entry = findToken(staticTokens(), token);
      if (entry === undefined) return null;
      const text = `${seconds() + SESSION_LIFETIME}.${fingerprint(entry)}`;
      return `${text}.${await signing.sign('sessions', text)}`;
    },
    async resume(value) {
      const [, end = '', of = '', signature = ''] = VALUE.exec(value) ?? [];
      if (end === '' || !(await signing.verify('sessions', `${end}.${of}`, signature))) return null;
      if (Number(end) <= seconds()) return null;
      // The scopes are those that the token has now, and none once it is gone.
      const entry = staticTokens().find((one) => fingerprint(one) === of);
      return entry ? { name: `token:${entry.name}`, scopes: entry.scopes } : null;
    },
  };
}

/** Tells which token it was, and is of no use to guess it. */
function fingerprint({ name, digest }: TokenEntry): string {
  return hash('sha256', `session ${name} ${digest.toString('hex')}`, 'base64url');
}

const SECURE = '__Host-session';
/** Over plain HTTP, which browsers trust to the same machine only. */
const LOCAL = 'session';
const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;

/** The value of a session's cookie that a request has. */
export function sessionCookie({ cookie = '', host = '' }: IncomingHttpHeaders): string | null {
  const cookies = new Map(
    cookie.split(';').map((pair) => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()] as const;
    }),
  );
  return cookies.get(SECURE) ?? (LOOPBACK.test(host) ? cookies.get(LOCAL) : undefined) ?? null;
}

/** Set-Cookie for a page of this origin; null where a browser would not keep it safe. An empty value ends it. */
export function setSessionCookie(origin: string, value: string): string | null {
  const url = URL.parse(origin);
  const secure = url?.protocol === 'https:';
  if (!secure && !LOOPBACK.test(url?.host ?? '')) return null;
  const name = secure ? SECURE : LOCAL;
  const age = value === '' ? 0 : SESSION_LIFETIME;
  return `${name}=${value}; Path=/; Max-Age=${age}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
}
