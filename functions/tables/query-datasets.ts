import * as z from 'zod';
import { defineFunction } from '#shared/http/define-function.ts';
import { mirroredDataset, readyVersion } from '#shared/mirror/find-version.ts';
import {
  MOST_TEXT,
  NOT_ON_LAMBDA,
  queryText,
  ResultFormat,
  ROWS,
  SQL_POLICY,
  TIMEOUT,
} from '#shared/tables/sql/query-input.ts';
import { QUERY_RESPONSES, queryResult } from '#shared/tables/sql/query-result.ts';
import type { QuerySource } from '#shared/tables/sql/query-sources.ts';

const MAX_INT = 2_147_483_647;
const MOST_SOURCES = 16;
/** Schemas of the engine's own. */
const TAKEN = ['main', 'temp', 'system', 'memory', 'information_schema', 'pg_catalog'];
const Alias = z
  .string()
  .regex(/^[a-z_][a-z0-9_]{0,62}$/, { error: 'must be lower-case letters, digits and underscores' })
  .refine((alias) => !TAKEN.includes(alias), { error: `must not be one of ${TAKEN.join(', ')}` });
const Source = z.strictObject({
  dataset: z.int().min(1).max(MAX_INT),
  version: z.union([z.literal('latest'), z.int().min(1).max(MAX_INT)], {
    error: (issue) =>
      issue.input === undefined ? 'is required' : `must be latest, or a whole number from 1 to ${MAX_INT}`,
  }),
});

/** Zod leaves this key out of a record without a word. */
function refuseProto(sources: unknown, context: z.RefinementCtx): unknown {
  const [own] = Object.keys(Object(sources)).filter((key) => key === '__proto__');
  if (own !== undefined) context.addIssue({ code: 'unrecognized_keys', keys: [own], input: Object(sources) });
  return sources;
}

export const queryDatasets = defineFunction({
  name: 'query-datasets',
  method: 'POST',
  path: '/sql',
  summary: 'The result of a SELECT over tables of several datasets',
  access: 'query',
  policy: SQL_POLICY,
  notOnLambda: NOT_ON_LAMBDA,
  body: z.strictObject({
    query: queryText(MOST_TEXT.post),
    sources: z
      .preprocess(refuseProto, z.record(Alias, Source))
      .refine((sources) => Object.keys(sources).length <= MOST_SOURCES, {
        error: `must have at most ${MOST_SOURCES} members`,
      })
      .describe('What stands before the dot of the tables in the query'),
    format: ResultFormat.optional(),
    max_rows: z.int().min(1).max(ROWS.most).optional(),
    timeout_ms: z.int().min(1).max(TIMEOUT.most).optional(),
  }),
  fails: [404, 406, 422],
  responses: { 200: QUERY_RESPONSES.post },
  async handle(context) {
    const { body, headers, db, countedAs } = context;
    const sources = new Map<string, QuerySource>();
    for (const [alias, { dataset: id, version }] of Object.entries(body.sources)) {
      const dataset = await mirroredDataset(db, id);
      sources.set(alias, { ref: dataset.mirror_ref, version: await readyVersion(db, dataset, version) });
    }
    return queryResult(context, {
      method: 'post',
      text: body.query,
      find: async (schema) => sources.get(schema) ?? null,
      caller: countedAs,
      signal: context.signal,
      format: body.format,
      accept: headers.accept,
      maxRows: body.max_rows,
      timeout: body.timeout_ms,
    });
  },
});
