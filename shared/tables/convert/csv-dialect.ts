import type { DuckDBConnection } from '@duckdb/node-api';
import { rowsOf, settings } from '#shared/tables/open-engine.ts';
import { literal } from '#shared/tables/sql-text.ts';
import type { TextFile } from './text-file.ts';

export interface Dialect {
  delimiter: string;
  quote: string;
  escape: string;
  newLine: string | undefined;
  skip: number;
  header: boolean;
  /** Rows of different lengths: the shorter ones are filled up. */
  padded: boolean;
  /** The engine's guess of each column's type, over the rows that it looked at. */
  guesses: readonly string[];
}

const DELIMITERS = [',', '\t', ';', '|'];
/** Bytes of one line, with all the newlines in its quotes. */
export const LINE_BYTES = 20_000_000;
/** Filling up takes all columns of many rows in memory. */
export const PADDED_COLUMNS = 1_000;
/** Of a file with one column: no text holds it. */
const NO_DELIMITER = '\x1f';

interface Sniffed {
  Delimiter: string;
  Quote: string;
  Escape: string;
  NewLineDelimiter: string;
  SkipRows: number;
  HasHeader: boolean;
  Columns: { name: string; type: string }[];
}

/** Rows of which most files show all that they are. */
const FIRST_ROWS = 8_192;
/** Bytes of a file that is not much more than these. */
const FEW_BYTES = 1_000_000;

/** Whether the first guess is of all rows. */
export function isShort({ bytes }: TextFile): boolean {
  return bytes <= FEW_BYTES;
}

/** How the first rows are to be read, if there is nothing odd about them; guesses are of these rows. */
export async function firstDialect(
  connection: DuckDBConnection,
  file: TextFile,
  delim: string | undefined,
): Promise<Dialect | null> {
  const found = await sniff(connection, file, { delim, sample_size: isShort(file) ? -1 : FIRST_ROWS }).catch(
    () => null,
  );
  if (found?.skip !== 0 || found.guesses.length === 1) return null;
  // Quotes further down may be by another rule than none.
  const shown = isShort(file) || (found.quote === '' ? !file.quotes : found.escape !== '');
  return shown ? found : null;
}

/** How the file is to be read, or the first way that no row contradicts. */
export async function findDialect(
  connection: DuckDBConnection,
  file: TextFile,
  delimiter: string | undefined,
): Promise<Dialect> {
  const guess = await sniff(connection, file, { delim: delimiter }).catch(() => null);
  const [first = ''] = file.head.split(/\r\n|\r|\n/, 1);
  const likely = delimiter ?? mostFrequent(first);
  const found = (await bySkippedLine(connection, file, guess, likely)) ?? guess;
  const single = found?.guesses.length === 1;
  if (found && !skipsRows(file, found) && !(single && likely !== null))
    return single ? { ...found, delimiter: NO_DELIMITER } : found;
  return likely === null
    ? sniff(connection, file, { delim: NO_DELIMITER })
    : padded(connection, file, likely);
}

/** A line taken for a title may be a header: of another delimiter, by which all lines are rows. */
async function bySkippedLine(
  connection: DuckDBConnection,
  file: TextFile,
  guess: Dialect | null,
  delim: string | null,
): Promise<Dialect | null> {
  if (guess === null || guess.skip === 0 || delim === null || delim === guess.delimiter) return null;
  const other = await sniff(connection, file, { delim }).catch(() => null);
  return other && other.skip === 0 && other.guesses.length > 1 ? other : null;
}

/** The same file with rows of different lengths allowed. */
export async function padded(connection: DuckDBConnection, file: TextFile, delim: string): Promise<Dialect> {
  const found = await sniff(connection, file, { delim, null_padding: true });
  if (found.guesses.length > PADDED_COLUMNS)
    throw new Error(`its rows have different lengths, in a file of ${found.guesses.length} columns`);
  return { ...found, skip: skipsRows(file, found) ? 0 : found.skip, padded: true };
}

/** Lines above a table are a title; those with delimiters are rows, as are those above no more than one line. */
function skipsRows({ head }: TextFile, { skip, delimiter }: Dialect): boolean {
  if (skip === 0) return false;
  const lines = head.split(/\r\n|\r|\n/, skip + 100);
  const below = lines.slice(skip).filter((line) => line.includes(delimiter));
  return below.length < 2 || lines.slice(0, skip).some((line) => line.includes(delimiter));
}

async function sniff(
  connection: DuckDBConnection,
  { path, gzip }: TextFile,
  options: { delim?: string | undefined; null_padding?: boolean; sample_size?: number },
): Promise<Dialect> {
  const given = settings({
    sample_size: -1,
    comment: '',
    max_line_size: LINE_BYTES,
    buffer_size: LINE_BYTES,
    compression: gzip ? 'gzip' : 'none',
    ...options,
  });
  const [row] = (await rowsOf(
    connection,
    `SELECT Delimiter, Quote, Escape, NewLineDelimiter, SkipRows, HasHeader, Columns FROM sniff_csv(${literal(path)}, ${given})`,
  )) as unknown as [Sniffed];
  return {
    delimiter: empty(row.Delimiter),
    quote: empty(row.Quote),
    escape: empty(row.Escape),
    newLine: row.NewLineDelimiter === String.raw`\r` ? String.raw`\r` : undefined,
    skip: row.SkipRows,
    header: row.HasHeader,
    padded: false,
    guesses: row.Columns.map(({ type }) => type),
  };
}

function empty(text: string): string {
  return text === '(empty)' ? '' : text;
}

/** Outside of quotes; null when the line has none of them. */
function mostFrequent(line: string): string | null {
  const bare = line.replaceAll(/"[^"]*"/g, '');
  const counts = DELIMITERS.map((delimiter) => ({ delimiter, count: bare.split(delimiter).length - 1 }));
  const [most] = counts.toSorted((a, b) => b.count - a.count);
  return most && most.count > 0 ? most.delimiter : null;
}
