import { readCookie } from '#shared/http/cookies.ts';

export const HOME = '/ui';
const LONGEST = 2_000;
const PAGES = /^\/(ui|docs)(\/|$)/;
/** Ways through signing in and out, and what only a form is sent to. */
const NO_PLACE = /^\/ui\/sign-|\/cancel$/;

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** The path of a page of this service that an address is of, with its query; the first page for any other address. */
export function placeOf(address: string | null | undefined): string {
  const here = 'http://here.invalid';
  const url = address && address.length <= LONGEST ? URL.parse(address, here) : null;
  if (url?.origin !== here || !PAGES.test(url.pathname) || NO_PLACE.test(url.pathname)) return HOME;
  return url.pathname + url.search;
}

/** The page of this service that a reader came from. Pages tell it to each other, and other sites are not believed. */
export function cameFrom({ referer, host }: Headers): string {
  const url = typeof referer === 'string' ? URL.parse(referer) : null;
  return url?.host === host ? placeOf(url?.pathname.concat(url.search)) : HOME;
}

/** The cookie of a login with the page to go on to. Browsers keep it from other sites, and it is checked when it comes back. */
export function loginCookie(id: string, place: string): string {
  return place === HOME ? id : `${id}~${Buffer.from(place).toString('base64url')}`;
}

export function readLogin(headers: Headers): { id: string | null; place: string } {
  const [id = null, place = ''] = readCookie(headers, 'login')?.split('~') ?? [];
  return { id, place: placeOf(Buffer.from(place, 'base64url').toString()) };
}
