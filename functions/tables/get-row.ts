import * as z from 'zod';
import { contentEtag } from '#shared/http/content-etag.ts';
import { defineFunction } from '#shared/http/define-function.ts';
import { notFound } from '#shared/http/problems.ts';
import { etag, json } from '#shared/http/responses.ts';
import { ok } from '#shared/http/results.ts';
import { decimal } from '#shared/http/text.ts';
import { mirroredDataset, readyVersion } from '#shared/mirror/find-version.ts';
import { readyTable } from '#shared/tables/find-table.ts';
import { rowCells } from '#shared/tables/row-cells.ts';
import { selectRows } from '#shared/tables/rows-query.ts';
import { TableParams } from '#shared/tables/table-params.ts';
import { tableVolume } from '#shared/tables/table-volume.ts';

const OneRow = z
  .object({ table: z.string(), index: z.int(), row: z.record(z.string(), z.unknown()) })
  .meta({ id: 'Row' });

export const getRow = defineFunction({
  name: 'get-row',
  method: 'GET',
  path: '/datasets/:id/versions/:version/tables/:table/rows/:index',
  summary: 'One row by its position in the file, with whole cells',
  params: TableParams.extend({ index: decimal(0, 9_999_999_999) }),
  fails: [422],
  responses: { 200: json(OneRow, { headers: [etag] }) },
  async handle(context) {
    const { params, db, volume, tables, log } = context;
    const { index } = params;
    const dataset = await mirroredDataset(db, params.id);
    const version = await readyVersion(db, dataset, params.version);
    const table = await readyTable({ db, tables }, version.id, params.table);
    if (index >= table.rows) notFound('row', index);
    const file = tableVolume(
      { ref: dataset.mirror_ref, version: version.version, root: volume.root, log },
      table,
    );
    const { sql, write } = rowCells(table.schema, { whole: true });
    const plan = { columns: table.schema, conditions: [], order: null };
    const statement = selectRows(await file.path(), plan, sql, { between: [index, index] });
    const [values] = await tables.engine.run(statement, context.signal).catch((error) => {
      throw file.failure(error);
    });
    if (values === undefined) throw file.failure(new Error('a row is missing'));
    const body = `{"table":${JSON.stringify(table.name)},"index":${index},"row":${write(values).json}}`;
    return ok(body, { etag: contentEtag(body) });
  },
});
