import type { IncomingHttpHeaders } from 'node:http';

interface Cookie {
  name: string;
  value: string;
  /** Seconds; 0 ends it. */
  age: number;
  sameSite: 'Strict' | 'Lax';
}

const SECURE = '__Host-';
const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;

/** The value of a cookie of ours. Over plain HTTP, browsers trust the same machine only. */
export function readCookie({ cookie = '', host = '' }: IncomingHttpHeaders, name: string): string | null {
  const cookies = new Map(
    cookie.split(';').map((pair) => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()] as const;
    }),
  );
  return cookies.get(SECURE + name) ?? (LOOPBACK.test(host) ? cookies.get(name) : undefined) ?? null;
}

/** Set-Cookie for a page of this origin; null where a browser would not keep it safe. */
export function writeCookie(origin: string, { name, value, age, sameSite }: Cookie): string | null {
  const url = URL.parse(origin);
  const secure = url?.protocol === 'https:';
  if (!secure && !LOOPBACK.test(url?.host ?? '')) return null;
  return `${secure ? SECURE : ''}${name}=${value}; Path=/; Max-Age=${age}; HttpOnly; SameSite=${sameSite}${secure ? '; Secure' : ''}`;
}
