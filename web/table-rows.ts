import { type ColumnSchema, tableStatistics, type WholeTable } from '#shared/data/tables.ts';
import type { VersionRow } from '#shared/data/versions.ts';
import type { Dependencies } from '#shared/http/dependencies.ts';
import { Problem } from '#shared/http/problems.ts';
import { knownTable, type ReadyTable } from '#shared/tables/find-table.ts';
import { readPage } from '#shared/tables/rows-page.ts';
import { planRows } from '#shared/tables/rows-query.ts';
import { tableVolume } from '#shared/tables/table-volume.ts';
import type { Logger } from '#shared/telemetry/logger.ts';
import { type ColumnSummary, readSummaries } from './column-summary.ts';
import type { DatasetHead } from './pages/dataset.ts';
import { quoted, type TableView } from './table-address.ts';

/** Rows of a page that is read without a script. */
export const PAGE_ROWS = 50;
/** Columns in a document: more of them make each frame of a scroll slow. */
export const PAGE_COLUMNS = 40;
/** With filter or sort, the API looks no deeper. */
const DEPTH = 10_000;

export interface TableContent {
  table: ReadyTable;
  /** Those that are shown. */
  columns: readonly ColumnSchema[];
  summaries: ReadonlyMap<string, ColumnSummary>;
  rows: readonly Record<string, unknown>[];
  /** Positions in the file. */
  places: readonly number[];
  /** Rows that match; null when not all were looked at. */
  total: number | null;
  /** How many of them can be reached. */
  reachable: number;
  scanned: number | null;
}

type Place = Pick<Dependencies, 'db' | 'volume' | 'tables'> & {
  log: Pick<Logger, 'error'>;
  signal: AbortSignal;
};

/** What is wrong with one more filter; null for one that can be read by. @throws {Problem} */
export async function wrongFilter(
  { db, tables }: Place,
  { id }: VersionRow,
  { table }: TableView,
  filter: string,
): Promise<string | null> {
  const { schema } = await knownTable({ db, tables }, id, table);
  try {
    planRows(schema ?? [], { select: undefined, sort: undefined, filter: [filter], q: undefined, offset: 0 });
    return null;
  } catch (error) {
    if (error instanceof Problem && error.status < 500) return error.message;
    throw error;
  }
}

/** What a page of a table shows; the table alone while it cannot be read. @throws {Problem} */
export async function readTable(
  context: Place,
  { card }: DatasetHead,
  { id, version }: VersionRow,
  view: TableView,
): Promise<TableContent | WholeTable> {
  const { db, volume, tables, log } = context;
  const found = await knownTable({ db, tables }, id, view.table);
  if (found.state !== 'ready') return found;
  const table = found as ReadyTable;
  const from = view.from < table.schema.length ? view.from : 0;
  const columns = table.schema.slice(from, from + PAGE_COLUMNS);
  const plan = planRows(table.schema, {
    select: columns.map(({ name }) => quoted(name)).join(','),
    sort: view.sort ?? undefined,
    filter: [...view.filters],
    q: view.q ?? undefined,
    offset: 0,
  });
  const file = tableVolume({ ref: card?.ref ?? '', version, root: volume.root, log }, table);
  const plain = plan.conditions.length === 0 && plan.order === null;
  const offset = plain ? view.row : Math.min(view.row, DEPTH - PAGE_ROWS);
  const page = await readPage(tables.engine, {
    path: await file.path(),
    rows: table.rows,
    plan,
    offset,
    limit: PAGE_ROWS,
    signal: context.signal,
  }).catch((error) => {
    throw file.failure(error);
  });
  const { total } = page;
  return {
    table,
    columns,
    summaries: readSummaries(await tableStatistics(db, table.id)),
    rows: page.rows.map((row) => JSON.parse(row)),
    places: page.row_index,
    total,
    reachable: plain ? table.rows : Math.min(total ?? offset + page.rows.length, DEPTH),
    scanned: page.partial?.rows_scanned ?? null,
  };
}
