import { rowsOf } from '#shared/tables/open-engine.ts';
import type { CountedValues } from './counted-values.ts';

/** Of a column's values on a line. Null where there are none. */
export interface Spread {
  distinct: number;
  min: number | null;
  max: number | null;
  mean: number | null;
  /** Of values that are on the line. */
  count: number;
}

const NOTHING: Spread = { distinct: 0, min: null, max: null, mean: null, count: 0 };

/** Of each column. */
export async function spreadsOf({ connection, columns, from, ends }: CountedValues): Promise<Spread[]> {
  const rows = await rowsOf(
    connection,
    `SELECT c, count(*) AS distinct, min(x) AS min, max(x) AS max, coalesce(sum(n) FILTER (WHERE x IS NOT NULL), 0) AS count,
       sum(x * n) / sum(n) FILTER (WHERE x IS NOT NULL) AS mean
     FROM ${from} GROUP BY c`,
  );
  const found = new Map(rows.map((row) => [Number(row.c), row]));
  return columns.map((_, index) => {
    const row = found.get(index);
    if (row === undefined) return NOTHING;
    const { min, max, mean, count } = row;
    const distinct = ends[index]?.about ?? Number(row.distinct);
    return { distinct, min: finite(min), max: finite(max), mean: finite(mean), count: Number(count) };
  });
}

/** SQL of a number of the column that `c` is. */
export function perColumn(values: readonly (number | null)[]): string {
  const [only = null] = values;
  if (values.length === 1) return `(${only ?? 'NULL'}::DOUBLE)`;
  return `(([${values.map((value) => value ?? 'NULL').join(', ')}]::DOUBLE[])[c + 1])`;
}

function finite(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
