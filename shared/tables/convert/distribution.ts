import { type Row, rowsOf } from '#shared/tables/open-engine.ts';
import type { CountedValues } from './counted-values.ts';
import { BINS, type Edge, histogram, place, type Spread } from './histogram.ts';
import { quantilesOf } from './quantiles.ts';

/** Parts of a bin of the histogram: quantiles are looked for in a few of them only. */
const PARTS = 50;

/**
 * Mean, deviation, quantiles and histogram.
 * @param x SQL that makes a DOUBLE of `v`, NULL of what is to be left out
 */
export async function distributionOf(
  { connection, from }: CountedValues,
  x: string,
  spread: Spread,
  write: (value: number) => Edge,
) {
  const at = place('x', spread);
  const values = `(SELECT ${x} AS x, n FROM ${from})`;
  const part = at && `CAST(least(${BINS * PARTS - 1}, floor(${at} * ${PARTS})) AS INTEGER)`;
  const off = `(x - (${spread.mean ?? 0}::DOUBLE))`;
  const parts = part
    ? await rowsOf(
        connection,
        `SELECT ${part} AS part, sum(n) AS count, sum(n * ${off} * ${off}) AS squares
         FROM ${values} WHERE x IS NOT NULL GROUP BY 1 ORDER BY 1`,
      )
    : [];
  const quantiles = await quantilesOf(connection, { values, part, parts, spread });
  const bins = parts.map((row) => ({ bin: Math.floor(Number(row.part) / PARTS), count: row.count }));
  return {
    mean: spread.mean === null ? null : write(spread.mean),
    deviation: deviationOf(spread, parts),
    quantiles: quantiles.values && {
      p05: write(quantiles.values.p05),
      p25: write(quantiles.values.p25),
      p50: write(quantiles.values.p50),
      p75: write(quantiles.values.p75),
      p95: write(quantiles.values.p95),
    },
    quantiles_exact: quantiles.exact,
    histogram: histogram(spread, bins, write),
  };
}

/** Of a sample; null for fewer than two values, and for those too far apart to be squared. */
function deviationOf({ count, mean, min, max }: Spread, parts: readonly Row[]): number | null {
  if (count < 2 || mean === null) return null;
  if (min === max) return 0;
  const squares = parts.reduce((sum, row) => sum + Number(row.squares), 0);
  return parts.length > 0 && Number.isFinite(squares) ? Math.sqrt(squares / (count - 1)) : null;
}
