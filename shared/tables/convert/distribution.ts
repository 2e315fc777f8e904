import { type Row, rowsOf } from '#shared/tables/open-engine.ts';
import type { CountedValues } from './counted-values.ts';
import { BINS, type Edge, histogram, widthOf } from './histogram.ts';
import { type Quantiles, quantilesOf } from './quantiles.ts';
import { perColumn, type Spread } from './spread.ts';

/** Parts of a bin of the histogram: quantiles are looked for in a few of them only. */
const PARTS = 50;

export interface Distribution {
  spread: Spread;
  /** Rows of `part` and `count`, in order; none where nothing divides the values. */
  parts: readonly Row[];
  /** Of a sample; null for fewer than two values, and for those too far apart to be squared. */
  deviation: number | null;
  /** Of numbers and times. */
  quantiles: { values: Quantiles | null; exact: boolean };
}

/** Deviation, quantiles, and what a histogram is made of, of each column. */
export async function distributionsOf(
  counted: CountedValues,
  spreads: readonly Spread[],
): Promise<Distribution[]> {
  const widths = spreads.map(widthOf);
  const least = perColumn(spreads.map(({ min }) => min));
  const at = `((x - ${least}) / ${perColumn(widths)})`;
  const part = `CAST(least(${BINS * PARTS - 1}, floor(${at} * ${PARTS})) AS INTEGER)`;
  const off = `(x - ${perColumn(spreads.map(({ mean }) => mean ?? 0))})`;
  const divided = widths.some((width) => width !== null);
  const rows = divided
    ? await rowsOf(
        counted.connection,
        `SELECT c, part, sum(n) AS count, sum(n * off * off) AS squares
         FROM (SELECT c, n, ${part} AS part, ${off} AS off FROM ${counted.from} WHERE x IS NOT NULL)
         WHERE part IS NOT NULL GROUP BY c, part ORDER BY c, part`,
      )
    : [];
  const parts = Map.groupBy(rows, (row) => Number(row.c));
  const found = spreads.map((spread, index) => ({ spread, parts: parts.get(index) ?? [] }));
  const quantiles = await quantilesOf(counted, found, part);
  return found.map((one, index) => ({
    ...one,
    deviation: deviationOf(one.spread, one.parts),
    quantiles: quantiles[index] ?? { values: null, exact: true },
  }));
}

export function histogramOf({ spread, parts }: Distribution, write: (value: number) => Edge) {
  const bins = parts.map((row) => ({ bin: Math.floor(Number(row.part) / PARTS), count: row.count }));
  return histogram(spread, bins, write);
}

function deviationOf({ count, mean, min, max }: Spread, parts: readonly Row[]): number | null {
  if (count < 2 || mean === null) return null;
  if (min === max) return 0;
  const squares = parts.reduce((sum, row) => sum + Number(row.squares), 0);
  return parts.length > 0 && Number.isFinite(squares) ? Math.sqrt(squares / (count - 1)) : null;
}
