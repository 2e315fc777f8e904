import * as z from 'zod';
import { defineFunction } from '#shared/http/define-function.ts';
import { Problem } from '#shared/http/problems.ts';
import { decimal } from '#shared/http/text.ts';
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
import { sourcesOfVersion } from '#shared/tables/sql/query-sources.ts';
import { TablesParams } from '#shared/tables/table-params.ts';

export const queryVersion = defineFunction({
  name: 'query-version',
  method: 'GET',
  path: '/datasets/:id/versions/:version/sql',
  summary: 'The result of a SELECT over the tables of a version',
  access: 'query',
  policy: SQL_POLICY,
  notOnLambda: NOT_ON_LAMBDA,
  params: TablesParams,
  query: z.strictObject({
    query: queryText(MOST_TEXT.get),
    format: ResultFormat.optional(),
    max_rows: decimal(1, ROWS.most).optional().describe(`Of JSON; ${ROWS.default} when absent`),
    timeout_ms: decimal(1, TIMEOUT.most).optional().describe(`${TIMEOUT.default} when absent`),
  }),
  fails: [406, 422],
  responses: { 200: QUERY_RESPONSES.get },
  async handle(context) {
    const { params, query, headers, db, countedAs } = context;
    // A page elsewhere must not have the browser of a reader run queries here.
    if (headers['sec-fetch-site'] === 'cross-site')
      throw new Problem('cross-site', 'A page of another site may not send queries by GET.');
    const dataset = await mirroredDataset(db, params.id);
    const version = await readyVersion(db, dataset, params.version);
    return queryResult(context, {
      method: 'get',
      text: query.query,
      find: sourcesOfVersion(db, dataset, version),
      caller: countedAs,
      signal: context.signal,
      format: query.format,
      accept: headers.accept,
      maxRows: query.max_rows,
      timeout: query.timeout_ms,
    });
  },
});
