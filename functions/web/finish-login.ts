import * as z from 'zod';
import { notFound } from '#shared/http/problems.ts';
import { setSessionCookie } from '#shared/http/sessions.ts';
import { text } from '#shared/http/text.ts';
import { pageFunction } from '#web/page-function.ts';
import { readLogin } from '#web/return-address.ts';
import { CALLBACK } from '#web/sign-in-address.ts';

export const finishLogin = pageFunction({
  name: 'finish-login',
  path: '/sign-in/callback',
  summary: 'Where the issuer sends a browser back to',
  access: 'open',
  // Issuers add parameters of their own.
  query: z.record(z.string(), text(4_096)),
  async render({ query, headers, origin, login, sessions }) {
    if (login === null || sessions === null) return notFound('page', 'sign-in/callback');
    const answer = new URLSearchParams(query);
    const { id, place } = readLogin(headers);
    const caller = await login.finish(answer, id, origin + CALLBACK);
    const cookie = setSessionCookie(origin, await sessions.startFor(caller)) ?? '';
    const { signedInPage } = await import('#web/pages/sign-in.ts');
    return {
      ...signedInPage(caller.name.replace(/^oidc:/, ''), place),
      headers: { 'set-cookie': cookie, refresh: `0; url=${place}`, 'cache-control': 'no-store' },
    };
  },
});
