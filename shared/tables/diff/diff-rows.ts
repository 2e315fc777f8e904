import { json } from 'node:stream/consumers';
import { Problem } from '#shared/http/problems.ts';
import type { ReadyTable } from '#shared/tables/find-table.ts';
import { openQuery, type Place, type QueryRequest } from '#shared/tables/sql/open-query.ts';
import type { QuerySource } from '#shared/tables/sql/query-sources.ts';
import type { CommonColumn } from './compare-columns.ts';
import type { ChangedRow, Comparison, Difference } from './comparison.ts';
import { SIDES } from './diff-statements.ts';

/** Rows of a side. */
const MOST_ROWS = 2_000_000;
const TIMEOUT = 60_000;

export interface Side extends QuerySource {
  table: ReadyTable;
}

export interface RowsToCompare
  extends Pick<QueryRequest, 'caller' | 'signal'>,
    Pick<Comparison, 'unchanged' | 'after' | 'limit'> {
  from: Side;
  to: Side;
  common: readonly CommonColumn[];
  /** Of the columns that both have. */
  key: readonly string[];
}

/**
 * Up to `limit` rows that differ, from those behind `after` on, and how many do not; by one process, in the bounds of a
 * client's query.
 * @throws {Problem} query-too-expensive, key-not-unique, and as `openQuery`
 */
export async function diffRows(
  place: Place,
  { from, to, caller, signal, ...compared }: RowsToCompare,
): Promise<{ unchanged: number; rows: ChangedRow[] }> {
  for (const { version, table } of [from, to])
    if (table.rows > MOST_ROWS)
      throw new Problem(
        'query-too-expensive',
        `Version ${version.version} has ${table.rows} rows. Rows are compared up to ${MOST_ROWS}.`,
      );
  const columns = { from: from.table.schema, to: to.table.schema };
  const query = await openQuery(place, {
    text: '',
    compare: { ...compared, table: from.table.name, columns },
    find: async (schema) => (schema === SIDES.from ? from : to),
    caller,
    format: 'json',
    maxRows: compared.limit,
    timeout: TIMEOUT,
    signal,
  });
  const found = (await json(await query.stream())) as Difference;
  if (!('repeated' in found)) return found;
  const { side, rows } = found.repeated;
  const { version } = side === 'from' ? from.version : to.version;
  throw new Problem(
    'key-not-unique',
    `${rows} rows of version ${version} have the ${compared.key.join(', ')} of another row. Add columns to key.`,
  );
}
