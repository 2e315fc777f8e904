import * as z from 'zod';
import { mirroredDatasets } from '#shared/data/datasets.ts';
import { DatasetParams } from '#shared/mirror/dataset.ts';
import { mirroredDataset, readyVersion } from '#shared/mirror/find-version.ts';
import { MOST_TEXT, NOT_ON_LAMBDA, queryText, SQL_POLICY } from '#shared/tables/sql/query-input.ts';
import { sourcesOfVersion } from '#shared/tables/sql/query-sources.ts';
import { pageFunction } from '#web/page-function.ts';
import { chosen, versionQuery } from '#web/version-query.ts';

/** Datasets to choose from. */
const OFFERED = 500;

export const showSql = pageFunction({
  name: 'show-sql',
  path: '/sql',
  summary: 'SQL over the tables of a version',
  access: 'query',
  policy: SQL_POLICY,
  notOnLambda: NOT_ON_LAMBDA,
  query: z.strictObject({
    dataset: chosen(DatasetParams.shape.id),
    version: versionQuery,
    q: chosen(queryText(MOST_TEXT.get)),
  }),
  async render(context) {
    const { db, tables, headers, query } = context;
    const { sqlPage } = await import('#web/pages/sql.ts');
    const datasets = await mirroredDatasets(db, OFFERED);
    if (query.dataset === undefined)
      return sqlPage({ datasets, chosen: null, query: '', result: null, held: false });
    const dataset = await mirroredDataset(db, query.dataset);
    const version = await readyVersion(db, dataset, query.version ?? 'latest');
    const text = query.q?.replaceAll('\r\n', '\n');
    // A page elsewhere must not have the browser of a reader run queries here.
    const held = text !== undefined && headers['sec-fetch-site'] === 'cross-site';
    const { queryRows, queriedTables } = await import('#web/query-rows.ts');
    const result =
      text === undefined || held
        ? null
        : await queryRows(context, {
            query: text,
            find: sourcesOfVersion(db, dataset, version),
            caller: context.countedAs,
            signal: context.signal,
          });
    return sqlPage({
      datasets,
      chosen: {
        id: dataset.id,
        version: version.version,
        tables: tables.enabled ? await queriedTables(db, version.id) : [],
      },
      query: text ?? '',
      result,
      held,
    });
  },
});
