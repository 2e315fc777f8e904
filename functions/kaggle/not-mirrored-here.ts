import * as z from 'zod';
import { defineFunction, type Method } from '#shared/http/define-function.ts';
import { Problem } from '#shared/http/problems.ts';

const OTHERS: Method[] = ['GET', 'PUT', 'PATCH', 'DELETE'];

export const notMirroredHere = defineFunction({
  name: 'not-mirrored-here',
  method: 'POST',
  path: '/*operation',
  also: OTHERS.map((method) => ({ method, path: '/*operation' })),
  summary: 'All else of the API of Kaggle: 400, for a mirror only reads datasets',
  params: z.object({ operation: z.string() }),
  query: z.looseObject({}),
  responses: {},
  handle() {
    throw new Problem(
      'not-a-mirrors',
      'This mirror serves downloads of Kaggle datasets only. To reach Kaggle itself, unset KAGGLE_API_ENVIRONMENT and http_proxy.',
    );
  },
});
