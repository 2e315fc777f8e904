import { setSessionCookie } from '#shared/http/sessions.ts';
import { formFunction } from '#web/form-function.ts';

export const signOut = formFunction({
  name: 'sign-out',
  path: '/sign-out',
  summary: 'Sign out, from a form',
  access: 'open',
  async act({ headers }) {
    const cookie = setSessionCookie(String(headers.origin), null);
    return cookie === null ? '/ui' : { location: '/ui', cookie };
  },
});
