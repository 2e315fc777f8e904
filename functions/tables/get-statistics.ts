import * as z from 'zod';
import { tableStatistics } from '#shared/data/tables.ts';
import { contentEtag } from '#shared/http/content-etag.ts';
import { defineFunction } from '#shared/http/define-function.ts';
import { etag, json } from '#shared/http/responses.ts';
import { ok } from '#shared/http/results.ts';
import { mirroredDataset, readyVersion } from '#shared/mirror/find-version.ts';
import { readyTable } from '#shared/tables/find-table.ts';
import { TableParams } from '#shared/tables/table-params.ts';

const Statistics = z
  .object({
    rows: z.int(),
    covers: z.literal('all'),
    columns: z.array(
      z.looseObject({
        name: z.string(),
        type: z.string(),
        nulls: z.int(),
        distinct: z.int().nullable(),
        distinct_exact: z.boolean(),
      }),
    ),
  })
  .meta({ id: 'Statistics' });

export const getStatistics = defineFunction({
  name: 'get-statistics',
  method: 'GET',
  path: '/datasets/:id/versions/:version/tables/:table/statistics',
  summary: 'What the values of each column are like, over all rows',
  params: TableParams,
  fails: [422],
  responses: { 200: json(Statistics, { headers: [etag] }) },
  async handle({ params, db, tables }) {
    const version = await readyVersion(db, await mirroredDataset(db, params.id), params.version);
    const table = await readyTable({ db, tables }, version.id, params.table);
    const statistics = (await tableStatistics(db, table.id)) ?? 'null';
    return ok(statistics, { etag: contentEtag(statistics) });
  },
});
