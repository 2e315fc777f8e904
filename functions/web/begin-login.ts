import * as z from 'zod';
import { writeCookie } from '#shared/http/cookies.ts';
import { defineFunction } from '#shared/http/define-function.ts';
import { LOGIN_LIFETIME } from '#shared/http/oidc-login.ts';
import { notFound, Problem } from '#shared/http/problems.ts';
import { empty, location } from '#shared/http/responses.ts';
import { text } from '#shared/http/text.ts';
import { loginCookie, placeOf } from '#web/return-address.ts';
import { CALLBACK } from '#web/sign-in-address.ts';

export const beginLogin = defineFunction({
  name: 'begin-login',
  method: 'GET',
  path: '/sign-in/begin',
  summary: 'Sends a browser to the issuer to sign in',
  access: 'open',
  query: z.strictObject({ to: text(2_048).optional() }),
  responses: { 303: empty({ headers: [location] }) },
  async handle({ login, origin, headers, query }) {
    if (login === null) return notFound('page', 'sign-in/begin');
    // A page elsewhere must not sign a reader in.
    if (headers['sec-fetch-site'] === 'cross-site')
      return { status: 303, headers: { location: '/ui/sign-in' } };
    const { address, cookie: id } = await login.begin(origin + CALLBACK);
    const value = loginCookie(id, placeOf(query.to));
    // Strict is lost on the way back.
    const cookie = writeCookie(origin, { name: 'login', value, age: LOGIN_LIFETIME, sameSite: 'Lax' });
    if (cookie === null)
      throw new Problem(
        'forbidden',
        'Signing in works over https and on localhost only. Set PUBLIC_URL or TRUST_PROXY where a proxy ends TLS.',
      );
    return {
      status: 303,
      headers: { location: address, 'set-cookie': cookie, 'cache-control': 'no-store' },
    };
  },
});
