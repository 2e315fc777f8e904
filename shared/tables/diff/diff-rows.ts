import { json } from 'node:stream/consumers';
import { Problem } from '#shared/http/problems.ts';
import type { ReadyTable } from '#shared/tables/find-table.ts';
import { openQuery, type Place, type QueryRequest } from '#shared/tables/sql/open-query.ts';
import type { QuerySource } from '#shared/tables/sql/query-sources.ts';
import type { CommonColumn } from './compare-columns.ts';
import {
  placesStatement,
  repeatedStatement,
  rowsStatement,
  SIDES,
  unchangedStatement,
} from './diff-statements.ts';

/** Rows of a side. */
const MOST_ROWS = 2_000_000;
const TIMEOUT = 60_000;

export interface Side extends QuerySource {
  table: ReadyTable;
}

export interface RowsToCompare extends Pick<QueryRequest, 'caller' | 'signal'> {
  from: Side;
  to: Side;
  common: readonly CommonColumn[];
  /** Of the columns that both have. */
  key: readonly string[];
}

type Row = Record<string, unknown>;

/** A row that is not the same in both versions. */
export interface ChangedRow {
  place: number;
  /** Null: it was added. */
  from: Row | null;
  /** Null: it was removed. */
  to: Row | null;
}

/**
 * How many rows are the same in both versions.
 * @throws {Problem} query-too-expensive, key-not-unique, and as `openQuery`
 */
export async function countUnchanged(place: Place, rows: RowsToCompare): Promise<number> {
  const { from, to, common, key } = rows;
  for (const { version, table } of [from, to])
    if (table.rows > MOST_ROWS)
      throw new Problem(
        'query-too-expensive',
        `Version ${version.version} has ${table.rows} rows. Rows are compared up to ${MOST_ROWS}.`,
      );
  const compared = { table: from.table.name, common, key };
  // One after the other: each of them needs most of the memory.
  for (const [name, { version }] of [
    [SIDES.from, from],
    [SIDES.to, to],
  ] as const) {
    const [[repeated] = []] = await read(place, rows, repeatedStatement(name, compared), 1);
    if (repeated !== 0)
      throw new Problem(
        'key-not-unique',
        `${repeated} rows of version ${version.version} have the ${key.join(', ')} of another row. Add columns to key.`,
      );
  }
  const [[unchanged] = []] = await read(place, rows, unchangedStatement(compared), 1);
  return Number(unchanged);
}

/** Up to `limit` rows that differ, from those behind `after` on. @throws {Problem} as `openQuery` */
export async function readChanges(
  place: Place,
  rows: RowsToCompare,
  { after, limit }: { after: number; limit: number },
): Promise<ChangedRow[]> {
  const compared = { table: rows.from.table.name, common: rows.common, key: rows.key };
  const places = await read(place, rows, placesStatement(compared, { after, limit }), limit);
  const before = await readRows(
    place,
    rows,
    SIDES.from,
    places.map(([, f]) => f),
  );
  const later = await readRows(
    place,
    rows,
    SIDES.to,
    places.map(([, , t]) => t),
  );
  return places.map(([at, f, t]) => ({
    place: Number(at),
    from: before.get(f) ?? null,
    to: later.get(t) ?? null,
  }));
}

/** By position. */
async function readRows(
  place: Place,
  rows: RowsToCompare,
  side: 'a' | 'b',
  positions: readonly unknown[],
): Promise<Map<unknown, Row>> {
  const wanted = positions.filter((position) => typeof position === 'number');
  if (wanted.length === 0) return new Map();
  const { name, schema } = (side === SIDES.from ? rows.from : rows.to).table;
  const found = await read(place, rows, rowsStatement(side, name, schema, wanted), wanted.length);
  return new Map(
    found.map(([position, ...values]) => [
      position,
      Object.fromEntries(schema.map((column, index) => [column.name, values[index]])),
    ]),
  );
}

/** Our own statement, in the process and within the bounds of a client's. */
async function read(
  place: Place,
  { from, to, caller, signal }: RowsToCompare,
  text: string,
  maxRows: number,
): Promise<unknown[][]> {
  const query = await openQuery(place, {
    text,
    find: async (schema) => (schema === SIDES.from ? from : to),
    numbered: true,
    caller,
    format: 'json',
    maxRows,
    timeout: TIMEOUT,
    signal,
  });
  return ((await json(await query.stream())) as { rows: unknown[][] }).rows;
}
