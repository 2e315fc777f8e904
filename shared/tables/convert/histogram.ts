import { type Row, rowsOf } from '#shared/tables/open-engine.ts';
import type { CountedValues } from './counted-values.ts';

/** Of the values on a line: what is finite. Null where there are none. */
export interface Spread {
  min: number | null;
  max: number | null;
  mean: number | null;
  count: number;
  /** The least and the greatest as they are shown. */
  low?: unknown;
  high?: unknown;
}

export type Edge = number | string | null;

export const BINS = 20;

/**
 * @param x SQL that makes a DOUBLE of `v`, NULL of what is to be left out
 * @param write SQL of how a value is shown
 */
export async function spreadOf(
  { connection, from }: CountedValues,
  x: string,
  write?: (value: string) => string,
): Promise<Spread> {
  const shown = write ? `, ${write('min(v)')} AS low, ${write('max(v)')} AS high` : '';
  const [row = {}] = await rowsOf(
    connection,
    `SELECT min(x) AS min, max(x) AS max, sum(x * n) / sum(n) AS mean, coalesce(sum(n), 0) AS count ${shown}
     FROM (SELECT ${x} AS x, v, n FROM ${from}) WHERE x IS NOT NULL`,
  );
  const { min, max, mean, count, ...ends } = row;
  return { min: finite(min), max: finite(max), mean: finite(mean), count: Number(count), ...ends };
}

/** SQL of how many bins `x` is above the least value; null when there is nothing to divide. */
export function place(x: string, { min, max }: Spread): string | null {
  if (min === null || max === null) return null;
  const width = (max - min) / BINS;
  return width > 0 && Number.isFinite(width) ? `((${x} - (${min}::DOUBLE)) / (${width}::DOUBLE))` : null;
}

export async function histogramOf({ connection, from }: CountedValues, x: string, spread: Spread) {
  const at = place(x, spread);
  const bin = `CAST(least(${BINS - 1}, floor(${at})) AS INTEGER)`;
  const rows = at
    ? await rowsOf(connection, `SELECT ${bin} AS bin, sum(n) AS count FROM ${from} GROUP BY 1`)
    : [];
  return histogram(spread, rows, (edge) => edge);
}

/**
 * Twenty bins of the same width, edges one more than counts; a single one where nothing divides the values.
 * @param rows of `bin` and `count`; several may be of one bin
 */
export function histogram({ min, max, count }: Spread, rows: readonly Row[], write: (edge: number) => Edge) {
  if (min === null || max === null) return null;
  if (rows.length === 0) return { edges: [write(min), write(max)], counts: [count] };
  const width = (max - min) / BINS;
  const counts = Array<number>(BINS).fill(0);
  for (const row of rows) counts[Number(row.bin)] = (counts[Number(row.bin)] ?? 0) + Number(row.count);
  const edges = Array.from({ length: BINS + 1 }, (_, index) =>
    write(index === BINS ? max : min + index * width),
  );
  return { edges, counts };
}

function finite(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
