import * as z from 'zod';
import { defineFunction } from '#shared/http/define-function.ts';
import { bytes, contentDisposition } from '#shared/http/responses.ts';
import { DatasetParams } from '#shared/mirror/dataset.ts';
import { mirroredDataset, readyVersion } from '#shared/mirror/find-version.ts';
import { MOST_TEXT, NOT_ON_LAMBDA, queryText, SQL_POLICY } from '#shared/tables/sql/query-input.ts';
import { queryResult } from '#shared/tables/sql/query-result.ts';
import { sourcesOfVersion } from '#shared/tables/sql/query-sources.ts';
import { refuseForeign } from '#web/same-origin.ts';
import { versionQuery } from '#web/version-query.ts';

export const exportSql = defineFunction({
  name: 'export-sql',
  method: 'POST',
  path: '/sql',
  summary: 'All rows of a query as a file, from a form',
  access: 'query',
  policy: SQL_POLICY,
  notOnLambda: NOT_ON_LAMBDA,
  body: z.strictObject({
    dataset: DatasetParams.shape.id,
    version: versionQuery,
    q: queryText(MOST_TEXT.post),
    format: z.enum(['csv', 'parquet']),
  }),
  responses: { 200: bytes('*/*', { headers: [contentDisposition] }) },
  async handle(context) {
    const { db, body, headers, countedAs: caller, signal } = context;
    refuseForeign(headers);
    const dataset = await mirroredDataset(db, body.dataset);
    const version = await readyVersion(db, dataset, body.version ?? 'latest');
    const result = await queryResult(context, {
      method: 'post',
      text: body.q.replaceAll('\r\n', '\n'),
      find: sourcesOfVersion(db, dataset, version),
      caller,
      signal,
      format: body.format,
      accept: undefined,
      maxRows: undefined,
      timeout: undefined,
    });
    return { ...result, headers: Object.assign(result.headers, saved(body.format)) };
  },
});

function saved(format: string) {
  return {
    'content-disposition': `attachment; filename="result.${format}"`,
    'content-security-policy': 'sandbox',
  };
}
