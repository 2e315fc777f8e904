import { STATUS_CODES } from 'node:http';
import * as z from 'zod';
import type { FunctionDefinition } from './define-function.ts';
import type { Parameter } from './openapi.ts';
import type { JsonSchema } from './openapi-schemas.ts';

export interface Answer {
  description: string;
  headers?: Record<string, { schema: JsonSchema; description?: string }>;
  content?: Record<string, { schema?: JsonSchema }>;
}

export const ProblemDetails = z
  .object({
    type: z.string().describe('A path under /problems/, which answers with what it means'),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe('What to change'),
    instance: z.string().optional(),
    request_id: z.string(),
    errors: z
      .array(
        z.object({
          pointer: z.string().optional().describe('Into the body (RFC 6901)'),
          parameter: z.string().optional(),
          header: z.string().optional(),
          code: z.string(),
          detail: z.string(),
        }),
      )
      .optional(),
  })
  .meta({ id: 'Problem' });

export const HEADER_PARAMETERS = {
  'If-None-Match': header('If-None-Match', 'ETags you have; 304 when one is current'),
  'If-Match': header('If-Match', 'The ETag you read, or *; 412 when it is no longer current'),
  'Idempotency-Key': header(
    'Idempotency-Key',
    '1 to 255 visible ASCII characters; a repeat within 24 hours gets the same answer',
  ),
} as const satisfies Record<string, Parameter>;

function header(name: string, description: string): Parameter {
  return { name, in: 'header', required: false, schema: { type: 'string' }, description };
}

export function headerParameters({ method, access, conditional, idempotent }: FunctionDefinition) {
  const names: (keyof typeof HEADER_PARAMETERS)[] = [];
  if (method === 'GET' && access !== 'open') names.push('If-None-Match');
  if (conditional) names.push('If-Match');
  if (idempotent) names.push('Idempotency-Key');
  return names;
}

/** What a function may answer: what it declares, and the problems of everything it takes part in. */
export function answersOf(
  definition: FunctionDefinition,
  write: (schema: z.ZodType, io: 'output') => JsonSchema,
): Record<string, Answer> {
  const answers: Record<string, Answer> = {};
  for (const [status, schema] of Object.entries(definition.responses)) {
    answers[status] = {
      description: STATUS_CODES[status] ?? status,
      headers: headersOf(definition, Number(status)),
    };
    if (schema) answers[status].content = { 'application/json': { schema: write(schema, 'output') } };
    else if (status !== '204') answers[status].content = { '*/*': {} };
  }
  const problem = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  for (const status of problemsOf(definition))
    answers[status] ??= {
      description: STATUS_CODES[status] ?? '',
      ...(status !== 304 && { content: problem }),
    };
  return answers;
}

function problemsOf(definition: FunctionDefinition): number[] {
  const { method, access, params, body, conditional, idempotent, unlimited } = definition;
  return [
    400,
    ...(access === 'open' ? [] : method === 'GET' ? [304, 401, 403, 503] : [401, 403, 503]),
    ...(params ? [404] : []),
    ...(body ? [408, 413, 415] : []),
    ...(conditional ? [412, 428] : []),
    ...(method === 'GET' ? [] : [409]),
    ...(idempotent ? [422] : []),
    ...(unlimited ? [] : [429]),
    500,
  ];
}

function headersOf({ method, access }: FunctionDefinition, status: number): NonNullable<Answer['headers']> {
  const text = { schema: { type: 'string' } };
  return {
    'X-Request-Id': text,
    ...(access !== 'open' && status !== 204 && status !== 202 && { ETag: text }),
    ...(method === 'POST' && { Location: text }),
  };
}
