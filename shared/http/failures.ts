import type { FastifyError } from 'fastify';
import { Problem, type ProblemSlug } from './problems.ts';

/** Sorts errors of the layers below into ways a request can fail; undefined is a bug of ours. */
export type ClassifyError = (
  error: unknown,
) => 'unavailable' | 'timeout' | 'conflict' | 'invalid' | undefined;

const BY_FASTIFY_CODE: Record<string, [slug: ProblemSlug, detail: string]> = {
  FST_ERR_BAD_URL: ['bad-request', 'The path is not valid percent-encoded UTF-8.'],
  FST_ERR_MAX_PARAM_LENGTH: ['not-found', 'A part of the path is longer than any that is here.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['bad-request', 'Content-Length is not the length of the body.'],
};

/** Every other error with which Fastify blames the client; any further 4xx is a bad request. */
const BY_FASTIFY_STATUS: Record<number, [slug: ProblemSlug, detail: string]> = {
  404: ['not-found', 'There is nothing here.'],
  408: ['request-timeout', 'The request did not arrive whole in time.'],
  413: ['payload-too-large', 'The body may have 1 MiB at most.'],
  414: ['uri-too-long', 'The path is too long.'],
  415: ['unsupported-media-type', 'Send the body as application/json in UTF-8.'],
  431: ['headers-too-large', 'Path and header fields may have 16 KiB together.'],
};

/** What the client is told of any error. */
export function toProblem(error: unknown, classify: ClassifyError): Problem {
  if (error instanceof Problem) return error;
  const blamed = byFastify(error);
  if (blamed) return new Problem(...blamed);
  switch (classify(error)) {
    case 'unavailable':
    case 'timeout':
      return new Problem(
        'database-unavailable',
        'The database does not answer just now; try again shortly.',
        {
          headers: { 'retry-after': '2' },
        },
      );
    case 'conflict':
      return new Problem('conflict', 'Another request changed the same thing at the same moment; try again.');
    case 'invalid':
      return new Problem('bad-request', 'A value is not one the database can hold.');
    default:
      return new Problem('internal-error', 'The error is logged under the request id.');
  }
}

function byFastify(error: unknown): [slug: ProblemSlug, detail: string] | undefined {
  const { code, statusCode = 500 } = (error ?? {}) as Partial<FastifyError>;
  if (!code?.startsWith('FST_')) return undefined;
  if (code in BY_FASTIFY_CODE) return BY_FASTIFY_CODE[code];
  if (statusCode < 400 || statusCode > 499) return undefined;
  return BY_FASTIFY_STATUS[statusCode] ?? ['bad-request', 'The request is not one that this server accepts.'];
}
