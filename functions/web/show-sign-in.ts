import { pageFunction } from '#web/page-function.ts';

export const showSignIn = pageFunction({
  name: 'show-sign-in',
  path: '/sign-in',
  summary: 'Where people sign in',
  access: 'open',
  async render({ sessions, login }) {
    const { signInPage } = await import('#web/pages/sign-in.ts');
    return signInPage({ needless: sessions === null, issuer: login?.issuer ?? null });
  },
});
