import { type Row, rowsOf } from '#shared/tables/open-engine.ts';
import { type CountedValues, EXACT, hasQuantiles, LEVELS } from './counted-values.ts';
import type { Spread } from './spread.ts';

export type Quantiles = Record<keyof typeof LEVELS, number>;

interface Divided {
  spread: Spread;
  /** Rows of `part` and `count`, in order. */
  parts: readonly Row[];
}

type Found = { values: Quantiles | null; exact: boolean };

/**
 * Each between two neighbours. Only parts of the line that hold some of these neighbours are sorted.
 * @param part SQL of the part of the line that an `x` is in
 */
export async function quantilesOf(
  counted: CountedValues,
  columns: readonly Divided[],
  part: string,
): Promise<Found[]> {
  const wanted = columns.map(({ spread: { min, max, count }, parts }, column) => {
    const type = counted.columns[column]?.type ?? '';
    if (min === null || min === max || !hasQuantiles(type) || counted.ends[column]?.quantiles) return null;
    const ranks = ranksOf(count);
    const needed = partsWith(parts, ranks);
    const isFew = needed.length > 0 && needed.reduce((sum, { size }) => sum + size, 0) <= EXACT;
    return { column, ranks, needed, isFew };
  });
  const few = wanted.filter((one) => one?.isFew).filter((one) => one !== null);
  const many = wanted.filter((one) => one?.isFew === false).filter((one) => one !== null);
  const at = few.length > 0 ? await valuesAt(counted, few, part) : new Map<string, number>();
  const about = many.length > 0 ? await approximate(counted, many) : new Map<number, number[]>();
  return columns.map(({ spread: { min, max, count } }, column) => {
    if (min === null || max === null) return { values: null, exact: true };
    const exact = counted.ends[column]?.quantiles;
    const known = exact ?? about.get(column);
    if (known)
      return {
        values: quantiles((level) => Number(known[Object.values(LEVELS).indexOf(level)])),
        exact: Boolean(exact),
      };
    return {
      values: quantiles((level) => {
        const rank = level * (count - 1);
        const low = at.get(`${column} ${Math.floor(rank)}`) ?? min;
        const high = at.get(`${column} ${Math.ceil(rank)}`) ?? max;
        return low === high ? low : low + (high - low) * (rank - Math.floor(rank));
      }),
      exact: true,
    };
  });
}

interface Wanted {
  column: number;
  ranks: ReadonlySet<number>;
  needed: readonly { part: number; before: number }[];
}

/** Of ranks of columns, `column rank`, the value. */
async function valuesAt({ connection, from }: CountedValues, wanted: readonly Wanted[], part: string) {
  const parts = wanted.flatMap(({ column, needed }) =>
    needed.map((one) => `(${column}, ${one.part}, ${one.before}::DOUBLE)`),
  );
  const ranks = wanted.flatMap(({ column, ranks: of }) =>
    [...of].map((rank) => `(${column}, ${rank}::DOUBLE)`),
  );
  const rows = await rowsOf(
    connection,
    `WITH parts(c, part, before) AS (VALUES ${parts.join(', ')}),
       ranks(c, rank) AS (VALUES ${ranks.join(', ')}),
       placed AS (SELECT c, x, n, ${part} AS part FROM ${from} WHERE x IS NOT NULL),
       ranked AS (
         SELECT c, x, n, before + sum(n) OVER (PARTITION BY c, part ORDER BY x ROWS UNBOUNDED PRECEDING) AS next
         FROM placed JOIN parts USING (c, part))
     SELECT c, rank, x FROM ranked JOIN ranks USING (c) WHERE rank < next AND rank >= next - n`,
  );
  return new Map(rows.map(({ c, rank, x }) => [`${c} ${rank}`, Number(x)]));
}

function ranksOf(count: number): Set<number> {
  return new Set(
    Object.values(LEVELS).flatMap((level) => [
      Math.floor(level * (count - 1)),
      Math.ceil(level * (count - 1)),
    ]),
  );
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

async function approximate({ connection, from }: CountedValues, columns: readonly Wanted[]) {
  const rows = await rowsOf(
    connection,
    `SELECT c, approx_quantile(x, [${Object.values(LEVELS).join(', ')}]) AS found FROM ${from}
     WHERE x IS NOT NULL AND c IN (${columns.map(({ column }) => column).join(', ')}) GROUP BY c`,
  );
  return new Map(rows.map(({ c, found }) => [Number(c), found as number[]]));
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
