import { hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import * as z from 'zod';
import { SCOPES, type TokenEntry } from '#shared/config/api-tokens.ts';
import type { Caller } from './authentication.ts';
import { readCookie, writeCookie } from './cookies.ts';
import type { Signing } from './signing.ts';
import { findToken } from './static-tokens.ts';

/** The value of a cookie, and for how many seconds the browser keeps it. */
export interface Session {
  value: string;
  age: number;
}

/** Keeps people signed in with a token that they gave once, or at an issuer. Nothing is stored here, and no token is in a cookie. */
export interface Sessions {
  /** For who has this token; null when nobody has it. */
  start(token: string): Promise<Session | null>;
  /** For who came back from the issuer. It ends with the caller's token. */
  startFor(caller: Caller): Promise<Session>;
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
/** An issuer locks people out without telling: they stay signed in no longer than their token says, and never longer than this. */
export const LONGEST_OF_ISSUER = 3_600;
/** Browsers keep no more than 4,096 characters of a cookie. */
const LONGEST_VALUE = 4_000;

const Content = z.union([
  z.strictObject({ end: z.int(), token: z.string() }),
  z.strictObject({ end: z.int(), issuer: z.string(), name: z.string(), scopes: z.array(z.enum(SCOPES)) }),
]);

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
      return entry ? sealed(SESSION_LIFETIME, { token: fingerprint(entry) }) : null;
    },
    startFor({ name, scopes, until = Number.POSITIVE_INFINITY }) {
      return sealed(Math.max(0, Math.min(until - seconds(), LONGEST_OF_ISSUER)), { issuer, name, scopes });
    },
    async resume(value) {
      const text = value.length > LONGEST_VALUE ? null : await signing.unseal('sessions', value);
      if (text === null) return null;
      const { data } = Content.safeParse(JSON.parse(text));
      if (data === undefined || data.end <= seconds()) return null;
      if ('name' in data) return data.issuer === issuer ? { name: data.name, scopes: data.scopes } : null;
      // The scopes are those that the token has now, and none once it is gone.
      const entry = staticTokens().find((one) => fingerprint(one) === data.token);
      return entry ? { name: `token:${entry.name}`, scopes: entry.scopes } : null;
    },
  };

  async function sealed(age: number, content: object): Promise<Session> {
    return {
      value: await signing.seal('sessions', JSON.stringify({ end: seconds() + age, ...content })),
      age,
    };
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

/** Set-Cookie for a page of this origin; null where a browser would not keep it safe. No session ends the one there is. */
export function setSessionCookie(origin: string, session: Session | null): string | null {
  const { value, age } = session ?? { value: '', age: 0 };
  return writeCookie(origin, { name: NAME, value, age, sameSite: 'Strict' });
}
