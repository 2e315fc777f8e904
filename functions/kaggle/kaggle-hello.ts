import * as z from 'zod';
import { defineFunction } from '#shared/http/define-function.ts';
import { json } from '#shared/http/responses.ts';
import { ok } from '#shared/http/results.ts';
import { userName } from '#shared/kaggle-api/user-name.ts';

export const kaggleHello = defineFunction({
  name: 'kaggle-hello',
  method: 'POST',
  path: '/api.v1.DiagnosticsService/Hello',
  also: [{ method: 'GET', path: '/hello' }],
  summary: 'Who a client of Kaggle is here',
  query: z.looseObject({}),
  responses: { 200: json(z.object({ userName: z.string() })) },
  handle: ({ caller }) => ok({ userName: userName(caller) }),
});
