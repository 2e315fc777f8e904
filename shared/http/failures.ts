import type { FastifyError } from 'fastify';
import { Problem, type ProblemSlug } from './problems.ts';

/** Sorts errors of the layers below into ways a request can fail; undefined is a bug of ours. */
export type ClassifyError = (
  error: unknown,
) => 'unavailable' | 'timeout' | 'conflict' | 'invalid' | undefined;

const BY_FASTIFY_CODE: Record<string, [slug: ProblemSlug, detail: string]> = {
  FST_ERR_BAD_URL: ['bad-request', 'The path is not valid percent-encoded UTF-8.'],
  FST_ERR_MAX_PARAM_LENGTH: ['not-found', 'A part of the path is longer than any that is here.'],
  FST_ERR_CTP_BODY_TOO_LARGE: ['payload-too-large', 'The body may have 1 MiB at most.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['bad-request', 'Content-Length is not the length of the body.'],
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
