import type { DuckDBConnection } from '@duckdb/node-api';
import { type Row, rowsOf } from '#shared/tables/open-engine.ts';
import { EXACT } from './counted-values.ts';
import type { Spread } from './histogram.ts';

const LEVELS = { p05: 0.05, p25: 0.25, p50: 0.5, p75: 0.75, p95: 0.95 };

export type Quantiles = Record<keyof typeof LEVELS, number>;

interface Distribution {
  /** SQL of rows of `x` and `n`. */
  values: string;
  /** SQL of the part of the line that an `x` is in; null where it is not divided. */
  part: string | null;
  /** Rows of `part` and `count`, in order. */
  parts: readonly Row[];
  spread: Spread;
}

/** Each between two neighbours. Only parts of the line that hold some of these neighbours are sorted. */
export async function quantilesOf(
  connection: DuckDBConnection,
  { values, part, parts, spread: { min, max, count } }: Distribution,
): Promise<{ values: Quantiles | null; exact: boolean }> {
  if (min === null || max === null) return { values: null, exact: true };
  if (min === max) return { values: quantiles(() => min), exact: true };
  const ranks = new Set(
    Object.values(LEVELS).flatMap((level) => [
      Math.floor(level * (count - 1)),
      Math.ceil(level * (count - 1)),
    ]),
  );
  const needed = partsWith(parts, ranks);
  if (part === null || needed.reduce((sum, { size }) => sum + size, 0) > EXACT)
    return { values: await approximate(connection, values), exact: false };
  const found = await rowsOf(
    connection,
    `WITH parts(part, before) AS (VALUES ${needed.map((one) => `(${one.part}, ${one.before}::DOUBLE)`).join(', ')}),
       ranks(rank) AS (VALUES ${[...ranks].map((rank) => `(${rank}::DOUBLE)`).join(', ')}),
       placed AS (SELECT x, n, ${part} AS part FROM ${values} WHERE x IS NOT NULL),
       ranked AS (
         SELECT x, n, before + sum(n) OVER (PARTITION BY part ORDER BY x ROWS UNBOUNDED PRECEDING) AS next
         FROM placed JOIN parts USING (part))
     SELECT rank, x FROM ranked JOIN ranks ON rank < next AND rank >= next - n`,
  );
  const at = new Map(found.map(({ rank, x }) => [Number(rank), Number(x)]));
  return {
    values: quantiles((level) => {
      const rank = level * (count - 1);
      const low = at.get(Math.floor(rank)) ?? min;
      const high = at.get(Math.ceil(rank)) ?? max;
      return low + (high - low) * (rank - Math.floor(rank));
    }),
    exact: true,
  };
}

/** Those that hold some of these ranks, with how many values are before them. */
function partsWith(parts: readonly Row[], ranks: ReadonlySet<number>) {
  let end = 0;
  return parts
    .map(({ part, count }) => {
      const before = end;
      end += Number(count);
      return { part: Number(part), before, size: Number(count), end };
    })
    .filter((one) => [...ranks].some((rank) => rank >= one.before && rank < one.end));
}

async function approximate(connection: DuckDBConnection, values: string): Promise<Quantiles> {
  const levels = Object.values(LEVELS);
  const [row] = await rowsOf(
    connection,
    `SELECT approx_quantile(x, [${levels.join(', ')}]) AS found FROM ${values} WHERE x IS NOT NULL`,
  );
  const found = row?.found as number[];
  return quantiles((level) => Number(found[levels.indexOf(level)]));
}

function quantiles(of: (level: number) => number): Quantiles {
  return {
    p05: of(LEVELS.p05),
    p25: of(LEVELS.p25),
    p50: of(LEVELS.p50),
    p75: of(LEVELS.p75),
    p95: of(LEVELS.p95),
  };
}
