import type { DuckDBConnection } from '@duckdb/node-api';
import { spellNonFinite, writeCell } from '#shared/tables/row-cells.ts';
import { jsonValue } from '#shared/tables/value-sql.ts';
import { selectFrom } from './parse-query.ts';
import { ResultTooLarge } from './query-fault.ts';
import type { QueryColumn } from './result-columns.ts';

const MOST_BYTES = 64 * 1024 * 1024;
const SAFE = BigInt(Number.MAX_SAFE_INTEGER);

export interface JsonResult {
  rows: number;
  truncated: boolean;
  /** Finished JSON of all rows, in blocks that follow each other. */
  json: Buffer[];
  nonFinite: { row: number; column: string; value: string }[];
}

/** Integers are marked, until it is known whether one of their column is too great for a number of JSON. */
const [START, END] = ['\u0001', '\u0002'];
const MARKED = new RegExp(`${START}(\\d+):(-?\\d+)${END}`, 'g');

export function jsonStatement(columns: readonly QueryColumn[], inner: string, maxRows: number) {
  const values = columns.map(({ value, type, encoding }) => jsonValue(value, type, encoding));
  const nonFinite = columns.map(({ value, type }) =>
    type === 'double' ? `CASE WHEN NOT isfinite(${value}) THEN CAST(${value} AS VARCHAR) END` : 'NULL',
  );
  const statement = selectFrom(
    [...values, ...nonFinite].join(', '),
    inner,
    columns.map(({ alias }) => alias),
  );
  return { ...statement, sql: `${statement.sql} LIMIT ${maxRows + 1}` };
}

/** @throws {ResultTooLarge} */
export async function readJson(
  connection: DuckDBConnection,
  sql: string,
  columns: readonly QueryColumn[],
  maxRows: number,
): Promise<JsonResult> {
  const result = await connection.stream(sql);
  const found: JsonResult = { rows: 0, truncated: false, json: [], nonFinite: [] };
  const large = new Set<number>();
  let bytes = 0;
  for (;;) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0 || found.truncated) break;
    const lines: string[] = [];
    for (const values of chunk.getRows()) {
      if (found.rows === maxRows) {
        found.truncated = true;
        break;
      }
      const cells = columns.map(({ name, type }, index) => {
        const value = values[index];
        const nonFinite = values[columns.length + index];
        if (nonFinite != null)
          found.nonFinite.push({ row: found.rows, column: name, value: spellNonFinite(String(nonFinite)) });
        if (typeof value !== 'bigint') return writeCell(value, type, false);
        if (value > SAFE || value < -SAFE) large.add(index);
        return `${START}${index}:${value}${END}`;
      });
      lines.push(`[${cells.join(',')}]`);
      found.rows += 1;
    }
    if (lines.length === 0) break;
    const block = Buffer.from(`${found.json.length > 0 ? ',\n' : ''}${lines.join(',\n')}`);
    bytes += block.length;
    if (bytes > MOST_BYTES)
      throw new ResultTooLarge(
        'The result has more than 64 MiB of JSON. Select fewer rows or columns, or choose format=ndjson, csv, arrow or parquet.',
      );
    found.json.push(block);
  }
  const integers = columns.some(({ type }) => type === 'int64');
  // One after the other: all of them twice is more memory than there is.
  if (integers) for (const [index, block] of found.json.entries()) found.json[index] = unmark(block, large);
  return found;
}

/** In its place: what is written instead is never longer than the marks, and a second block of each would be memory. */
function unmark(block: Buffer, large: ReadonlySet<number>): Buffer {
  const text = block
    .toString()
    .replaceAll(MARKED, (_, column, digits) => (large.has(Number(column)) ? `"${digits}"` : digits));
  return block.subarray(0, block.write(text));
}
