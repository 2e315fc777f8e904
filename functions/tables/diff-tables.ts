import * as z from 'zod';
import type { ColumnSchema } from '#shared/data/tables.ts';
import { contentEtag } from '#shared/http/content-etag.ts';
import { parseCursor } from '#shared/http/cursor.ts';
import { defineFunction } from '#shared/http/define-function.ts';
import { pageQuery } from '#shared/http/list-function.ts';
import { cutPage } from '#shared/http/page.ts';
import { notFound, Problem } from '#shared/http/problems.ts';
import { etag, json, link } from '#shared/http/responses.ts';
import { ok } from '#shared/http/results.ts';
import { text } from '#shared/http/text.ts';
import { DatasetParams } from '#shared/mirror/dataset.ts';
import { mirroredDataset, readyVersion } from '#shared/mirror/find-version.ts';
import { VersionNumber } from '#shared/mirror/version-params.ts';
import { parseColumns, refuse } from '#shared/tables/column-list.ts';
import { compareColumns } from '#shared/tables/diff/compare-columns.ts';
import type { ChangedRow } from '#shared/tables/diff/comparison.ts';
import { diffRows } from '#shared/tables/diff/diff-rows.ts';
import { readyTable } from '#shared/tables/find-table.ts';
import { NOT_ON_LAMBDA, SQL_POLICY } from '#shared/tables/sql/query-input.ts';

const Typed = z.object({ name: z.string(), type: z.string() });
const Row = z.record(z.string(), z.unknown());
const TableDiff = z
  .object({
    columns: z.object({
      added: z.array(Typed),
      removed: z.array(Typed),
      retyped: z.array(z.object({ name: z.string(), from: z.string(), to: z.string() })),
    }),
    rows: z
      .object({ from: z.int(), to: z.int(), unchanged: z.int() })
      .nullable()
      .describe('Null without key'),
    added: z.array(Row).nullable(),
    removed: z.array(Row).nullable(),
    changed: z.array(z.object({ key: Row, from: Row, to: Row })).nullable(),
    next_cursor: z.string().nullable(),
  })
  .meta({ id: 'TableDiff' });

/** The place of the last row of a page, and how many rows are the same: the next page need not count them. */
const Keys = z.tuple([z.int().min(0).max(Number.MAX_SAFE_INTEGER), z.int().min(0)]);

export const diffTables = defineFunction({
  name: 'diff-tables',
  method: 'GET',
  path: '/datasets/:id/diff/tables/:table',
  summary: 'Columns and rows of a table that differ between two versions',
  access: 'query',
  policy: SQL_POLICY,
  notOnLambda: NOT_ON_LAMBDA,
  params: DatasetParams.extend({ table: text(63).min(1) }),
  query: z.strictObject({
    ...pageQuery,
    from: VersionNumber,
    to: VersionNumber,
    key: text(1_024).min(1).optional().describe('Columns that identify a row, comma-separated'),
  }),
  fails: [422],
  responses: { 200: json(TableDiff, { headers: [etag, link] }) },
  async handle(context) {
    const { params, query, path, db, tables, countedAs } = context;
    const dataset = await mirroredDataset(db, params.id);
    const sideOf = async (number: number) => {
      const version = await readyVersion(db, dataset, number);
      const table = await readyTable({ db, tables }, version.id, params.table).catch((error) => {
        if (!(error instanceof Problem && error.slug === 'not-found')) throw error;
        return notFound('table', `${params.table} in version ${number}`);
      });
      return { ref: dataset.mirror_ref, version, table };
    };
    const from = await sideOf(query.from);
    const to = await sideOf(query.to);
    const { common, ...columns } = compareColumns(from.table.schema, to.table.schema);
    if (query.key === undefined) {
      if (query.cursor !== undefined) refuse('cursor', 'goes together with key');
      const body = JSON.stringify({ columns, ...NO_ROWS });
      return ok(body, { etag: contentEtag(body) });
    }
    const both = from.table.schema.filter(({ name }) => common.some((column) => column.name === name));
    const key = parseColumns(both, query.key, 'key').map(({ name }) => name);
    const order = JSON.stringify([params.table, query.from, query.to, key]);
    const [after, known] = query.cursor === undefined ? [-1, null] : parseCursor(order, query.cursor, Keys);
    const { unchanged, rows } = await diffRows(context, {
      from,
      to,
      common,
      key,
      unchanged: known,
      after,
      limit: query.limit + 1,
      caller: countedAs,
      signal: context.signal,
    });
    const { shown, next, headers } = cutPage({
      path,
      query,
      rows,
      write: JSON.stringify,
      order,
      keysOf: ({ place }) => [place, unchanged],
      versionOf: JSON.stringify,
    });
    const body = JSON.stringify({
      columns,
      rows: { from: from.table.rows, to: to.table.rows, unchanged },
      ...grouped(
        shown.map(({ row }) => row),
        both.filter(({ name }) => key.includes(name)),
      ),
      next_cursor: next,
    });
    return ok(body, { etag: contentEtag(body), headers: { link: headers.link } });
  },
});

const NO_ROWS = { rows: null, added: null, removed: null, changed: null, next_cursor: null };

function grouped(rows: readonly ChangedRow[], key: readonly ColumnSchema[]) {
  return {
    added: rows.flatMap(({ from, to }) => (from === null && to ? [to] : [])),
    removed: rows.flatMap(({ from, to }) => (to === null && from ? [from] : [])),
    changed: rows.flatMap(({ from, to }) =>
      from && to ? [{ key: Object.fromEntries(key.map(({ name }) => [name, to[name]])), from, to }] : [],
    ),
  };
}
