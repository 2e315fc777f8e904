import type { Row } from '#shared/tables/open-engine.ts';
import type { Spread } from './spread.ts';

export type Edge = number | string | null;

export const BINS = 20;

/** Of a bin; null when there is nothing to divide. */
export function widthOf({ min, max }: Spread): number | null {
  if (min === null || max === null) return null;
  const width = (max - min) / BINS;
  return width > 0 && Number.isFinite(width) ? width : null;
}

/**
 * Twenty bins of the same width, edges one more than counts; a single one where nothing divides the values.
 * @param rows of `bin` and `count`; several may be of one bin
 */
export function histogram(spread: Spread, rows: readonly Row[], write: (edge: number) => Edge) {
  const { min, max, count } = spread;
  if (min === null || max === null) return null;
  const width = widthOf(spread);
  if (width === null) return { edges: [write(min), write(max)], counts: [count] };
  const counts = Array<number>(BINS).fill(0);
  for (const row of rows) counts[Number(row.bin)] = (counts[Number(row.bin)] ?? 0) + Number(row.count);
  const edges = Array.from({ length: BINS + 1 }, (_, index) =>
    write(index === BINS ? max : min + index * width),
  );
  return { edges, counts };
}
