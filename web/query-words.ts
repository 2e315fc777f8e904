import { bytes, plural } from './format.ts';

/** What a query gave. */
export interface QueryRows {
  columns: readonly { name: string; type: string }[];
  rows: readonly (readonly unknown[])[];
  truncated: boolean;
  bytes_read: number;
  /** Of all its steps. */
  milliseconds: number;
}

/** Why it gave nothing, and where in its text. */
export interface QueryMistake {
  detail: string;
  line: number | null;
  column: number | null;
}

/** `8 rows in 41 ms, read 3.1 MiB` */
export function resultLine({ rows, truncated, milliseconds, bytes_read }: QueryRows): string {
  const count = plural(rows.length, 'row');
  return `${count} in ${milliseconds} ms, read ${bytes(bytes_read)}${truncated ? `. The first ${count} are shown, CSV and Parquet have all.` : ''}`;
}

/** Characters of a line that are shown. */
const SHOWN = 500;

/** The line of a query that a mistake is in, and a caret below its place; null where it has none. */
export function sourceLine({ line, column }: QueryMistake, query: string): string | null {
  const source = line === null ? undefined : query.split('\n')[line - 1];
  if (source === undefined || column === null) return null;
  const prefix = `${line} `;
  const at = Math.max(0, Math.min(column - 1, SHOWN));
  return `${prefix}${source.slice(0, SHOWN)}\n${' '.repeat(prefix.length + at)}^`;
}
