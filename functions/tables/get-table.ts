import { defineFunction } from '#shared/http/define-function.ts';
import { etag, json } from '#shared/http/responses.ts';
import { ok } from '#shared/http/results.ts';
import { mirroredDataset, readyVersion } from '#shared/mirror/find-version.ts';
import { describeColumns } from '#shared/tables/column-descriptions.ts';
import { knownTable } from '#shared/tables/find-table.ts';
import { wholeTableItem } from '#shared/tables/table.ts';
import { TableParams } from '#shared/tables/table-params.ts';

export const getTable = defineFunction({
  name: 'get-table',
  method: 'GET',
  path: '/datasets/:id/versions/:version/tables/:table',
  summary: 'A table: its columns and types, and how its file was read',
  params: TableParams,
  responses: { 200: json(wholeTableItem.schema, { headers: [etag] }) },
  async handle({ params, db, tables }) {
    const { id } = await readyVersion(db, await mirroredDataset(db, params.id), params.version);
    const table = await describeColumns(db, id, await knownTable({ db, tables }, id, params.table));
    return ok(wholeTableItem.write(table), { etag: wholeTableItem.etag(table) });
  },
});
