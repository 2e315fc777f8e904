import type { ColumnSchema } from '#shared/data/tables.ts';
import { isNested } from './column-type.ts';
import { identifier } from './sql-text.ts';
import { jsonValue } from './value-sql.ts';

/** Bytes of a cell in a page. */
const MOST = 8_192;

export interface TruncatedCell {
  row: number;
  column: string;
  bytes: number;
}
export interface NonFiniteCell {
  row: number;
  column: string;
  value: string;
}

/** Finished JSON of a row, and what of it is not in there. */
export interface WrittenRow {
  json: string;
  truncated: TruncatedCell[];
  nonFinite: NonFiniteCell[];
}

/**
 * SQL for a row's number and cells, and how what it gives is written: a value for each column, then what else there is
 * to know of it.
 */
export function rowCells(columns: readonly ColumnSchema[], { whole }: { whole: boolean }) {
  const parts: string[] = ['file_row_number'];
  const writers = columns.map((column) => {
    const name = identifier(column.name);
    const value = jsonValue(name, column.type, column.encoding);
    const long = ['text', 'json', 'binary'].includes(column.type) || isNested(column.type);
    const at = parts.length;
    if (column.type === 'double')
      parts.push(value, `CASE WHEN NOT isfinite(${name}) THEN CAST(${name} AS VARCHAR) END`);
    else if (long && !whole)
      // Characters, so a few more bytes than may stay: the rest is cut here.
      parts.push(`left(${value}, ${MOST})`, `CASE WHEN strlen(${value}) > ${MOST} THEN strlen(${value}) END`);
    else parts.push(value, 'NULL');
    return { column, key: JSON.stringify(column.name), at };
  });
  return {
    sql: parts.join(', '),
    write(values: readonly unknown[]): WrittenRow {
      const row = Number(values[0]);
      const written: WrittenRow = { json: '', truncated: [], nonFinite: [] };
      const cells = writers.map(({ column: { name, type }, key, at }) => {
        const value = values[at];
        const more = values[at + 1];
        if (type === 'double' && more !== null)
          written.nonFinite.push({ row, column: name, value: spellNonFinite(String(more)) });
        const cut = type !== 'double' && more !== null;
        if (cut) written.truncated.push({ row, column: name, bytes: Number(more) });
        return `${key}:${writeCell(value, type, cut)}`;
      });
      written.json = `{${cells.join(',')}}`;
      return written;
    },
  };
}

const NON_FINITE: Readonly<Record<string, string>> = { nan: 'NaN', inf: 'Infinity', '-inf': '-Infinity' };

/** As JSON's readers know it, of how the engine writes it. */
export function spellNonFinite(value: string): string {
  return NON_FINITE[value.toLowerCase()] ?? value;
}

/** JSON of a value as `jsonValue` selects it. */
export function writeCell(value: unknown, type: string, cut: boolean): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'bigint') return String(value);
  if (cut) return JSON.stringify(firstBytes(String(value)));
  if (type === 'json' || isNested(type)) return withoutNonFinite(String(value));
  return Object.is(value, -0) ? '-0' : JSON.stringify(value);
}

/** At most `MOST` bytes of UTF-8, without a part of a character at the end. */
function firstBytes(text: string): string {
  const bytes = Buffer.from(text).subarray(0, MOST);
  return new TextDecoder().decode(bytes, { stream: true });
}

/** The engine writes NaN and Infinity, which JSON does not have. */
function withoutNonFinite(json: string): string {
  return json.replaceAll(/"(?:[^"\\]|\\.)*"|-?(?:NaN|nan|Infinity|inf)\b/g, (part) =>
    part.startsWith('"') ? part : 'null',
  );
}
