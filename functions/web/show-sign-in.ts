import { pageFunction } from '#web/page-function.ts';
import { cameFrom } from '#web/return-address.ts';

export const showSignIn = pageFunction({
  name: 'show-sign-in',
  path: '/sign-in',
  summary: 'Where people sign in',
  access: 'open',
  async render({ sessions, login, headers }) {
    const { signInPage } = await import('#web/pages/sign-in.ts');
    const issuer = login?.issuer ?? null;
    return signInPage({ needless: sessions === null, issuer, place: cameFrom(headers) });
  },
});
