import type { IncomingHttpHeaders } from 'node:http';
import { parse as parseQuery } from 'node:querystring';
import * as z from 'zod';
import type { Credentials, Dialect } from './dialect.ts';
import { INPUT_CODES, Problem, problemBody } from './problems.ts';

const MEDIA_TYPE = 'application/problem+json';

const ProblemDetails = z
  .object({
    type: z.string().describe('A path under /problems/ that describes the problem'),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe('What is wrong and what to do about it'),
    instance: z.string().optional(),
    request_id: z.string(),
    line: z.int().optional().describe('Of a mistake in a query'),
    column: z.int().optional(),
    errors: z
      .array(
        z.object({
          pointer: z.string().optional().describe('Place in the body (RFC 6901)'),
          parameter: z.string().optional(),
          header: z.string().optional(),
          code: z.enum(INPUT_CODES),
          detail: z.string(),
        }),
      )
      .optional()
      .describe('At most 100; detail has the number of all'),
  })
  .meta({ id: 'Problem' });

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Our own dialect: JSON in UTF-8 (RFC 8259, section 8.1), bearer tokens (RFC 6750) and problem details (RFC 9457). */
export const problemJson = {
  // All of it: what stands behind the first thousand would be neither read nor refused.
  readQuery: (search) => parseQuery(search, '&', '=', { maxKeys: 0 }),
  bodyTypes: /^application\/(merge-patch\+)?json\s*(;\s*charset="?utf-?8"?\s*)?$/i,
  bodyHint: 'Send the body as application/json in UTF-8.',
  readBody: parseJson,
  readCredentials,
  challenge: (parameters) => `Bearer realm="kaggle-data-api"${parameters ? `, ${parameters}` : ''}`,
  problemContent: { mediaType: MEDIA_TYPE, schema: ProblemDetails },
  presentProblem: (problem, request) => ({
    mediaType: `${MEDIA_TYPE}; charset=utf-8`,
    body: JSON.stringify(problemBody(problem, request)),
  }),
} satisfies Dialect;

function readCredentials({ authorization }: IncomingHttpHeaders): Credentials {
  if (authorization === undefined) return null;
  const token = /^bearer +([\w.~+/-]+=*)$/i.exec(authorization)?.[1];
  return token === undefined ? 'malformed' : { token };
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(body));
  } catch (error) {
    const reason =
      error instanceof SyntaxError ? error.message.split(' (line', 1)[0] : 'the bytes are not UTF-8';
    throw new Problem('malformed-json', `The body cannot be read as JSON: ${reason}.`);
  }
}
