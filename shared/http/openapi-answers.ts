import { STATUS_CODES } from 'node:http';
import type * as z from 'zod';
import type { FunctionDefinition } from './define-function.ts';
import type { Dialect } from './dialect.ts';
import type { Answer, Operation, Parameter } from './openapi-document.ts';
import type { JsonSchema } from './openapi-schemas.ts';
import { problemJson } from './problem-json.ts';
import {
  acceptRanges,
  contentRange,
  type DeclaredHeader,
  etag,
  lastModified,
  retryAfter,
} from './responses.ts';

const TAG = '(W/)?"[\\x21\\x23-\\x7e]*"';
const TAGS = `^(\\*|${TAG}( *, *${TAG})*)$`;

function header(name: string, description: string, pattern?: string): Parameter {
  const schema = { type: 'string', ...(pattern !== undefined && { pattern }) };
  return { name, in: 'header', required: false, schema, description };
}

export const HEADER_PARAMETERS = {
  'If-None-Match': header(
    'If-None-Match',
    'ETags, or *; 304 for a read and 412 for a write when one is current',
  ),
  'If-Match': header(
    'If-Match',
    'The ETag that you read, or *. The response is 412 if it is not current',
    TAGS,
  ),
  'If-Modified-Since': header(
    'If-Modified-Since',
    'Last-Modified that you have. The response is 304 if it is current',
  ),
  'If-Unmodified-Since': header(
    'If-Unmodified-Since',
    'Last-Modified that you have. The response is 412 if it is not current',
  ),
  Range: header('Range', 'One range of bytes. Several or malformed ranges are ignored'),
  'If-Range': header(
    'If-Range',
    'ETag or Last-Modified of the parts that you have. The response has all bytes if it is not current',
  ),
  'Idempotency-Key': header(
    'Idempotency-Key',
    '1 to 255 visible ASCII characters. A repeat within 24 hours gets the same response',
    '^[\\x21-\\x7e]{1,255}$',
  ),
} as const satisfies Record<string, Parameter>;

/** A function, and the tokens it takes in this process. */
export type Shown = FunctionDefinition & Pick<Operation, 'security'> & Pick<Dialect, 'problemContent'>;

export function headerParameters({ method, responses, conditional, idempotent }: Shown) {
  const names: (keyof typeof HEADER_PARAMETERS)[] = [];
  const validators = new Set(responses[200]?.headers);
  if (method === 'GET' && validators.has(etag)) names.push('If-Match', 'If-None-Match');
  if (method === 'GET' && validators.has(lastModified))
    names.push('If-Modified-Since', 'If-Unmodified-Since');
  if (method === 'GET' && validators.has(acceptRanges)) names.push('Range', 'If-Range');
  if (conditional) names.push('If-Match', 'If-None-Match');
  if (idempotent) names.push('Idempotency-Key');
  return names;
}

/** What a function may answer: what it declares, and the problems of everything it takes part in. */
export function answersOf(
  definition: Shown,
  write: (schema: z.ZodType, io: 'output') => JsonSchema,
): Record<string, Answer> {
  const answers: Record<string, Answer> = {};
  for (const [status, { content, headers }] of Object.entries(definition.responses)) {
    const bodies = Object.entries(content).map(([type, schema]) => [
      type,
      schema ? { schema: write(schema, 'output') } : {},
    ]);
    answers[status] = {
      description: STATUS_CODES[status] ?? status,
      headers: headersOf([REQUEST_ID, ...headers]),
      ...(bodies.length > 0 && { content: Object.fromEntries(bodies) }),
    };
  }
  const written = ({ mediaType, schema }: Dialect['problemContent']) => ({
    [mediaType]: { schema: write(schema, 'output') },
  });
  const problem = written(definition.problemContent);
  const beforeDialect = { ...written(problemJson.problemContent), ...problem };
  for (const status of problemsOf(definition))
    answers[status] ??= {
      description: STATUS_CODES[status] ?? '',
      headers: headersOf([REQUEST_ID, ...(PROBLEM_HEADERS[status] ?? [])]),
      ...(status !== 304 && { content: UNREAD.has(status) ? beforeDialect : problem }),
    };
  return answers;
}

/** Of requests that never became one: their path, and with it the dialect, is not known. */
const UNREAD = new Set([400, 408, 413, 431]);
const REQUEST_ID = { name: 'X-Request-Id', description: 'Id of the request in logs and problems' };
const PROBLEM_HEADERS: Record<number, readonly DeclaredHeader[]> = {
  304: [etag],
  401: [{ name: 'WWW-Authenticate', description: 'How to authenticate (RFC 6750)' }],
  416: [contentRange],
  429: [retryAfter],
  503: [retryAfter],
};

function problemsOf({
  method,
  security,
  params,
  body,
  conditional,
  idempotent,
  unlimited,
  ...rest
}: Shown): number[] {
  const validators = new Set(rest.responses[200]?.headers);
  const reading = method === 'GET';
  return [
    400,
    ...(security.length === 1 ? [401, 403] : []),
    ...(params ? [404] : []),
    ...(reading && validators.has(etag) ? [304, 412] : []),
    ...(reading && validators.has(acceptRanges) ? [416] : []),
    ...(body ? [408, 413, 415] : []),
    ...(conditional ? [412] : []),
    ...(conditional === true ? [428] : []),
    ...(reading ? [] : [409]),
    ...(idempotent ? [422] : []),
    ...(unlimited ? [] : [429]),
    421,
    ...(rest.fails ?? []),
    ...(rest.notOnLambda === undefined ? [] : [501]),
    431,
    500,
    503,
  ];
}

function headersOf(headers: readonly DeclaredHeader[]): NonNullable<Answer['headers']> {
  return Object.fromEntries(
    headers.map(({ name, description }) => [name, { schema: { type: 'string' }, description }]),
  );
}
