import * as z from 'zod';
import { defineFunction } from '#shared/http/define-function.ts';
import { json } from '#shared/http/responses.ts';
import { ok } from '#shared/http/results.ts';
import { userName } from '#shared/kaggle-api/user-name.ts';

export const introspectToken = defineFunction({
  name: 'introspect-token',
  method: 'POST',
  path: '/security.OAuthService/IntrospectToken',
  summary: 'Whether a token is good enough to go on, and whose it is',
  // The token in the body is that of Authorization: it is not even looked at.
  responses: { 200: json(z.object({ active: z.boolean(), username: z.string() })) },
  handle: ({ caller }) => ok({ active: true, username: userName(caller) }),
});
