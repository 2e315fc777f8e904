import type { TableFormat } from '#shared/data/tables.ts';

export interface TableFile {
  format: TableFormat;
  gzip: boolean;
  /** File name without `.gz` and extension. */
  base: string;
  /** In lower case. */
  extension: string;
}

const BY_EXTENSION: Readonly<Record<string, TableFormat>> = {
  csv: 'csv',
  tsv: 'tsv',
  tab: 'tsv',
  psv: 'psv',
  txt: 'txt',
  json: 'json',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  parquet: 'parquet',
  sqlite: 'sqlite',
  sqlite3: 'sqlite',
  db: 'sqlite',
  xlsx: 'xlsx',
};
const TEXT = new Set<TableFormat>(['csv', 'tsv', 'psv', 'txt', 'json', 'ndjson']);

/** What a file's name says of the table in it; null when it can hold none. */
export function tableFormatOf(path: string): TableFile | null {
  const name = path.slice(path.lastIndexOf('/') + 1);
  // What macOS leaves in archives has the names of the files it is about.
  if (name.startsWith('._') || path.startsWith('__MACOSX/')) return null;
  const plain = name.replace(/\.gz$/i, '');
  const [, base, extension] = /^(.*)\.([^.]+)$/s.exec(plain) ?? [];
  if (base === undefined || extension === undefined) return null;
  const format = BY_EXTENSION[extension.toLowerCase()];
  const gzip = plain !== name;
  if (format === undefined || (gzip && !TEXT.has(format))) return null;
  return { format, gzip, base, extension: extension.toLowerCase() };
}

/** Files that hold several tables: which ones is known once they were opened. */
export function hasParts(format: TableFormat): boolean {
  return format === 'sqlite' || format === 'xlsx';
}
