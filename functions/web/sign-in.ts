import * as z from 'zod';
import { Problem } from '#shared/http/problems.ts';
import { setSessionCookie } from '#shared/http/sessions.ts';
import { text } from '#shared/http/text.ts';
import { formFunction } from '#web/form-function.ts';
import { pageDialect } from '#web/page-dialect.ts';
import { placeOf } from '#web/return-address.ts';

export const signIn = formFunction({
  name: 'sign-in',
  path: '/sign-in',
  summary: 'Sign in with a token, from a form',
  access: 'open',
  body: z.strictObject({ token: text(4_096), to: text(2_048).optional() }, { error: 'must have a token' }),
  async act({ body, headers, sessions }) {
    const location = placeOf(body.to);
    if (sessions === null) return location;
    const session = await sessions.start(body.token.trim());
    if (session === null)
      throw new Problem('unauthorized', 'This token is unknown. Check that all of it was pasted.', {
        headers: { 'www-authenticate': pageDialect.challenge('error="invalid_token"') },
      });
    const cookie = setSessionCookie(String(headers.origin), session);
    if (cookie === null)
      throw new Problem(
        'forbidden',
        'Signing in works over https and on localhost only: elsewhere others could read along.',
      );
    return { location, cookie };
  },
});
