import * as z from 'zod';
import { text } from '#shared/http/text.ts';
import { pageFunction } from '#web/page-function.ts';
import { cameFrom, placeOf } from '#web/return-address.ts';

export const showSignIn = pageFunction({
  name: 'show-sign-in',
  path: '/sign-in',
  summary: 'Where people sign in',
  access: 'open',
  query: z.strictObject({ to: text(2_048).optional() }),
  async render({ sessions, login, headers, query: { to } }) {
    const { signInPage } = await import('#web/pages/sign-in.ts');
    const issuer = login?.issuer ?? null;
    const place = to === undefined ? cameFrom(headers) : placeOf(to);
    return signInPage({ needless: sessions === null, issuer, place });
  },
});
