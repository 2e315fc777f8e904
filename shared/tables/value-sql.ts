import { type ColumnType, isNested } from './column-type.ts';

/**
 * SQL that makes of a column's values what JSON holds of them: times as RFC 3339 writes them, binary as base64, nested
 * values as JSON text. Numbers stay; `encoding` says which are texts. NaN and the infinities are NULL.
 */
export function jsonValue(column: string, type: ColumnType, encoding: 'string' | null): string {
  if (encoding === 'string') return `CAST(${column} AS VARCHAR)`;
  if (type === 'double') return `CASE WHEN isfinite(${column}) THEN ${column} END`;
  if (type.startsWith('decimal')) return `CAST(${column} AS DOUBLE)`;
  return textValue(column, type) ?? column;
}

/** For CSV: as JSON, but numbers are written as they are. */
export function csvValue(column: string, type: ColumnType): string {
  return textValue(column, type) ?? column;
}

function textValue(column: string, type: ColumnType): string | null {
  if (type === 'date') return `CAST(${column} AS VARCHAR)`;
  if (type === 'timestamp') return time(column, '');
  if (type === 'timestamptz') return time(column, 'Z');
  if (type === 'binary') return `to_base64(${column})`;
  if (isNested(type)) return `CAST(to_json(${column}) AS VARCHAR)`;
  return null;
}

function time(column: string, zone: string): string {
  return `strftime(${column}, '%Y-%m-%dT%H:%M:%S.%f${zone}')`;
}
