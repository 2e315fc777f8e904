import * as z from 'zod';
import { contentEtag } from '#shared/http/content-etag.ts';
import { defineFunction } from '#shared/http/define-function.ts';
import { negotiate } from '#shared/http/negotiate.ts';
import { etag, vary } from '#shared/http/responses.ts';
import { mirroredDataset, readyVersion } from '#shared/mirror/find-version.ts';
import { refuse } from '#shared/tables/column-list.ts';
import { planExport } from '#shared/tables/export/plan-export.ts';
import { streamRows } from '#shared/tables/export/stream-rows.ts';
import { readyTable } from '#shared/tables/find-table.ts';
import { ROW_FORMATS } from '#shared/tables/row-formats.ts';
import { readPage } from '#shared/tables/rows-page.ts';
import { planRows, RowsQuery } from '#shared/tables/rows-query.ts';
import { TableParams } from '#shared/tables/table-params.ts';
import { tableVolume } from '#shared/tables/table-volume.ts';

const Rows = z
  .object({
    table: z.string(),
    offset: z.int(),
    total: z.int().nullable().describe('Matching rows; null when not all rows were looked at'),
    rows: z.array(z.record(z.string(), z.unknown())),
    row_index: z.array(z.int()).describe('Of each row, its position in the file, from 0'),
    truncated_cells: z.array(z.object({ row: z.int(), column: z.string(), bytes: z.int() })),
    non_finite: z.array(z.object({ row: z.int(), column: z.string(), value: z.string() })),
    next_offset: z.int().nullable(),
    partial: z.object({ rows_scanned: z.int() }).nullable(),
  })
  .meta({ id: 'Rows' });

const DEFAULT_LIMIT = 100;
const MOST_AS_JSON = 1_000;

export const getRows = defineFunction({
  name: 'get-rows',
  method: 'GET',
  path: '/datasets/:id/versions/:version/tables/:table/rows',
  summary: 'Rows of a table: a page as JSON, or all of them as a stream',
  params: TableParams,
  query: RowsQuery,
  fails: [406, 422],
  responses: {
    200: {
      content: Object.fromEntries(
        ROW_FORMATS.map(({ format, mediaType }) => [mediaType, format === 'json' ? Rows : null]),
      ),
      headers: [etag, vary],
    },
  },
  async handle(context) {
    const { params, query, headers, db, volume, tables, log } = context;
    const { format, mediaType } = negotiate(ROW_FORMATS, { format: query.format, accept: headers.accept });
    const { offset, limit } = query;
    const dataset = await mirroredDataset(db, params.id);
    const version = await readyVersion(db, dataset, params.version);
    const table = await readyTable({ db, tables }, version.id, params.table);
    const plan = planRows(table.schema, query);
    const place = { ref: dataset.mirror_ref, version: version.version, root: volume.root, log };
    const file = tableVolume(place, table);
    const tag = contentEtag(JSON.stringify([table.sha256, table.name, query, format]));
    const fields = {
      vary: 'Accept',
      'content-type': format === 'json' ? `${mediaType}; charset=utf-8` : mediaType,
    };
    if (format !== 'json')
      return {
        status: 200,
        headers: { ...fields, etag: tag },
        async stream() {
          const task = planExport(await file.path(), plan, format, { offset, limit: limit ?? null });
          const leave = tables.streams.take();
          const stream = await streamRows(task, context.signal).catch((error) => {
            leave();
            throw file.failure(error);
          });
          return volume.hold(version.id, stream.once('close', leave));
        },
      };
    if (limit !== undefined && limit > MOST_AS_JSON)
      refuse('limit', `is at most ${MOST_AS_JSON} as JSON; format=ndjson streams any number`, 'out-of-range');
    volume.use(version.id);
    const page = await readPage(tables.engine, {
      path: await file.path(),
      rows: table.rows,
      plan,
      offset,
      limit: limit ?? DEFAULT_LIMIT,
      signal: context.signal,
    }).catch((error) => {
      throw file.failure(error);
    });
    const { rows, ...others } = page;
    // What a budget cut short may be longer the next time.
    const etags = page.partial === null ? { etag: tag } : {};
    const start = JSON.stringify({ table: table.name, offset, ...others }).slice(0, -1);
    return { status: 200, headers: { ...fields, ...etags }, body: `${start},"rows":[${rows}]}` };
  },
});
