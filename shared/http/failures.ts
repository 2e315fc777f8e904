import type { FastifyError } from 'fastify';
import { Problem, type ProblemSlug } from './problems.ts';

/** Sorts errors of the layers below into ways a request can fail; undefined is a bug of ours. */
export type ClassifyError = (
  error: unknown,
) => 'unavailable' | 'timeout' | 'conflict' | 'invalid' | undefined;

const BY_FASTIFY_CODE: Record<string, [slug: ProblemSlug, detail: string]> = {
  FST_ERR_BAD_URL: ['bad-request', 'The path is not valid percent-encoded UTF-8.'],
  FST_ERR_MAX_PARAM_LENGTH: ['not-found', 'A part of the path is longer than that of any resource.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['bad-request', 'Content-Length differs from the length of the body.'],
};

/** Every other error with which Fastify blames the client; any further 4xx is a bad request. */
const BY_FASTIFY_STATUS: Record<number, [slug: ProblemSlug, detail: string]> = {
  404: ['not-found', 'There is nothing here.'],
  408: ['request-timeout', 'The request did not arrive whole in time.'],
  413: ['payload-too-large', 'The body exceeds 1 MiB. Send a smaller body.'],
  414: ['uri-too-long', 'The path is too long.'],
  415: ['unsupported-media-type', 'Send the body as application/json in UTF-8.'],
  431: ['headers-too-large', 'Path and header fields may have 16 KiB together.'],
};

/** What the client is told of any error. */
export function toProblem(error: unknown, classify: ClassifyError): Problem {
  if (error instanceof Problem) return error;
  if (isAborted(error)) return new Problem('bad-request', 'The connection ended before the body was whole.');
  const blamed = byFastify(error);
  if (blamed) return new Problem(...blamed);
  switch (classify(error)) {
    case 'unavailable':
    case 'timeout':
      return new Problem(
        'database-unavailable',
        'The database is currently unreachable or busy. Retry shortly.',
        {
          headers: { 'retry-after': '2' },
        },
      );
    case 'conflict':
      return new Problem(
        'conflict',
        'Another request changed the same resource at the same time. Retry the request.',
      );
    case 'invalid':
      return new Problem(
        'bad-request',
        'A value cannot be stored in the database. Check lengths and ranges.',
      );
    default:
      return new Problem(
        'internal-error',
        'The log has the error under request_id. Report the bug with that id.',
      );
  }
}

/** As `node:http` names it; of a connection to the database it would say `read ECONNRESET`. */
function isAborted(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && error.code === 'ECONNRESET' && error.message === 'aborted'
  );
}

function byFastify(error: unknown): [slug: ProblemSlug, detail: string] | undefined {
  const { code, statusCode = 500 } = (error ?? {}) as Partial<FastifyError>;
  if (!code?.startsWith('FST_')) return undefined;
  if (code in BY_FASTIFY_CODE) return BY_FASTIFY_CODE[code];
  if (statusCode < 400 || statusCode > 499) return undefined;
  return BY_FASTIFY_STATUS[statusCode] ?? ['bad-request', 'The request is not one that this server accepts.'];
}
