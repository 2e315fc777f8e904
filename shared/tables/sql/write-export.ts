import type { DuckDBConnection } from '@duckdb/node-api';
import { writeRows } from '#shared/tables/export/export-rows.ts';
import type { WrittenRows } from '#shared/tables/export/export-task.ts';
import { exportedValue } from '#shared/tables/export/exported-value.ts';
import { identifier } from '#shared/tables/sql-text.ts';
import { selectFrom } from './parse-query.ts';
import type { QueryColumn } from './result-columns.ts';

interface Export {
  columns: readonly QueryColumn[];
  inner: string;
  format: WrittenRows['format'];
  maxRows: number | null;
}

/** The statement whose rows are what the format holds of the result. */
export async function exportStatement(
  connection: DuckDBConnection,
  { columns, inner, format, maxRows }: Export,
): Promise<{ sql: string; offset: number }> {
  const known = format === 'ndjson' ? await withEncodings(connection, columns, inner) : columns;
  const selected = known.map(
    (column) => `${exportedValue(column.value, column, format)} AS ${identifier(column.name)}`,
  );
  const statement = selectFrom(
    selected.join(', '),
    inner,
    columns.map(({ alias }) => alias),
  );
  return maxRows === null ? statement : { ...statement, sql: `${statement.sql} LIMIT ${maxRows}` };
}

export function writeExport(
  connection: DuckDBConnection,
  { sql }: { sql: string },
  columns: readonly QueryColumn[],
  format: WrittenRows['format'],
): Promise<void> {
  const types = columns.map(({ type }) => type);
  return writeRows(connection, { sql, values: [], format, types, fieldIds: {} });
}

/** Whether an integer is text has to be known before the first row is written: all are looked at first. */
async function withEncodings(
  connection: DuckDBConnection,
  columns: readonly QueryColumn[],
  inner: string,
): Promise<QueryColumn[]> {
  const integers = columns.filter(({ type }) => type === 'int64');
  if (integers.length === 0) return [...columns];
  const most = Number.MAX_SAFE_INTEGER;
  const { sql } = selectFrom(
    integers.map(({ value }) => `bool_or(${value} NOT BETWEEN ${-most} AND ${most})`).join(', '),
    inner,
    columns.map(({ alias }) => alias),
  );
  const [large = []] = (await connection.runAndReadAll(sql)).getRows();
  const texts = new Set(integers.filter((_, index) => large[index] === true));
  return columns.map((column) => (texts.has(column) ? { ...column, encoding: 'string' } : column));
}
