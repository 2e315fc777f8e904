import type { FastifyError } from 'fastify';
import { Problem, type ProblemSlug } from './problems.ts';

/** Sorts errors of the layers below into ways a request can fail; undefined is a bug of ours. */
export type ClassifyError = (
  error: unknown,
) => 'unavailable' | 'timeout' | 'conflict' | 'invalid' | undefined;

const BY_FASTIFY_CODE: Record<string, [slug: ProblemSlug, detail: string]> = {
  FST_ERR_BAD_URL: ['bad-request', 'The path is not valid percent-encoded UTF-8.'],
  FST_ERR_MAX_PARAM_LENGTH: ['not-found', 'A part of the path is longer than that of any resource.'],
  FST_ERR_CTP_BODY_TOO_LARGE: ['payload-too-large', 'The body exceeds 1 MiB. Send a smaller body.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['bad-request', 'Content-Length differs from the length of the body.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['unsupported-media-type', 'Send the body as application/json in UTF-8.'],
  FST_ERR_CTP_EMPTY_TYPE: ['unsupported-media-type', 'Send the body as application/json in UTF-8.'],
};

/** What the client is told of any error. */
export function toProblem(error: unknown, classify: ClassifyError): Problem {
  if (error instanceof Problem) return error;
  const known = BY_FASTIFY_CODE[(error as FastifyError | undefined)?.code ?? ''];
  if (known) return new Problem(...known);
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
