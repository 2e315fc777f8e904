import type { ColumnSchema } from '#shared/data/tables.ts';
import { identifier } from '#shared/tables/sql-text.ts';
import type { CommonColumn } from './compare-columns.ts';

/** Schemas of the two versions. */
export const SIDES = { from: 'a', to: 'b' } as const;
/** Behind the last row of the earlier version. */
const AFTER = 1_000_000_000_000;

export interface Compared {
  table: string;
  common: readonly CommonColumn[];
  key: readonly string[];
}

/** How many rows of a version have the key of another row. */
export function repeatedStatement(side: 'a' | 'b', compared: Compared): string {
  return `${withSides(compared)} SELECT count(*) - count(DISTINCT k) FROM ${side}`;
}

/** How many rows are the same in both versions. */
export function unchangedStatement(compared: Compared): string {
  return `${withSides(compared)} SELECT count(*) FROM a JOIN b USING (k) WHERE a.h = b.h`;
}

/**
 * Rows that differ: those of the earlier version in its order, then those that were added, in the order of the later.
 * Each with its place, and its position in each version where it is there.
 */
export function placesStatement(
  compared: Compared,
  { after, limit }: { after: number; limit: number },
): string {
  return `${withSides(compared)},
    d AS (SELECT a.n AS f, b.n AS t, coalesce(a.n, ${AFTER} + b.n) AS place
      FROM a FULL JOIN b USING (k) WHERE a.h IS DISTINCT FROM b.h)
    SELECT place, f, t FROM d WHERE place > ${after} ORDER BY place LIMIT ${limit}`;
}

/** The rows at these positions of a version: each with its position, and its values as JSON of rows has them. */
export function rowsStatement(
  side: 'a' | 'b',
  table: string,
  columns: readonly ColumnSchema[],
  positions: readonly number[],
): string {
  const values = columns.map(({ name, encoding }) =>
    encoding === 'string' ? `CAST(${identifier(name)} AS VARCHAR)` : identifier(name),
  );
  return `SELECT ${['file_row_number', ...values].join(', ')} FROM ${side}.${identifier(table)}
    WHERE file_row_number IN (${positions.join(', ')})`;
}

/** Of each row its position, and its key and all that both versions have as 64 bits: rows themselves may be large. */
function withSides({ table, common, key }: Compared): string {
  const keys = common.filter(({ name }) => key.includes(name)).map((column) => column.compared);
  const all = common.map((column) => column.compared);
  const side = (name: string) =>
    `${name} AS (SELECT file_row_number AS n, hash(${keys.join(', ')}) AS k, hash(${all.join(', ')}) AS h
      FROM ${name}.${identifier(table)})`;
  return `WITH ${side(SIDES.from)}, ${side(SIDES.to)}`;
}
