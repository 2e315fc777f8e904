import { type Row, rowsOf } from '#shared/tables/open-engine.ts';
import type { CountedValues } from './counted-values.ts';

const TOP = 20;
/** Characters of a value among the most frequent. */
const SHOWN = 1_000;

export const HAS_TOP: ReadonlySet<string> = new Set(['text', 'boolean']);

/**
 * The most frequent values of each column of texts or booleans. Where there are too many to count them all, those that
 * a sketch finds are counted.
 */
export async function topValues({ connection, columns, ends, from }: CountedValues) {
  const asked = columns.flatMap(({ type }, index) => (HAS_TOP.has(type) ? [index] : []));
  if (asked.length === 0) return new Map<number, Row[]>();
  const counted =
    ends[0]?.about == null
      ? `${from} WHERE c IN (${asked.join(', ')})`
      : `(SELECT c, v, sum(n) AS n FROM ${from} WHERE v IN (SELECT unnest(approx_top_k(v, ${TOP})) FROM ${from}) GROUP BY c, v)`;
  const first =
    columns.length === 1
      ? `ORDER BY n DESC, v LIMIT ${TOP}`
      : `QUALIFY row_number() OVER (PARTITION BY c ORDER BY n DESC, v) <= ${TOP}`;
  const rows = await rowsOf(
    connection,
    `SELECT c, left(CAST(v AS VARCHAR), ${SHOWN}) AS value, n FROM (SELECT c, v, n FROM ${counted} ${first})
     ORDER BY c, n DESC, v`,
  );
  return Map.groupBy(rows, ({ c }) => Number(c));
}
