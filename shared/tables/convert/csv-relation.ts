import type { DuckDBConnection } from '@duckdb/node-api';
import { type Row, rowsOf, settings } from '#shared/tables/open-engine.ts';
import { identifier, literal } from '#shared/tables/sql-text.ts';
import type { SourceFile } from './convert-task.ts';
import {
  type Dialect,
  findDialect,
  firstDialect,
  isShort,
  LINE_BYTES,
  PADDED_COLUMNS,
  padded,
} from './csv-dialect.ts';
import type { Relation } from './relation.ts';
import { someColumns } from './some-columns.ts';
import { TableError } from './table-error.ts';
import { readTextFile, type TextFile } from './text-file.ts';
import { ANY, textTypes } from './text-types.ts';

/** Rows in which most columns have a value. */
const FEW_ROWS = 2_048;
const DELIMITERS: Readonly<Record<string, string>> = { tsv: '\t', psv: '|' };

/** Rows of delimited text. Every one of them: what cannot be read fails the whole. */
export async function csvRelation(connection: DuckDBConnection, file: SourceFile): Promise<Relation> {
  const text = await readTextFile(file);
  const first = await byFirstRows(connection, text, DELIMITERS[file.format]);
  if (first !== null) return first;
  const dialect = await findDialect(connection, text, DELIMITERS[file.format]);
  if (file.format === 'txt' && dialect.guesses.length === 1)
    throw new TableError('not-a-table', 'The text has no columns.');
  return widened(connection, text, dialect);
}

/** As the first rows are to be read, if all are like them: that spares a guess over all rows, which takes long. */
async function byFirstRows(
  connection: DuckDBConnection,
  text: TextFile,
  delimiter: string | undefined,
): Promise<Relation | null> {
  const dialect = await firstDialect(connection, text, delimiter);
  if (dialect === null) return null;
  try {
    const names = dialect.guesses.map((_, index) => `c${index}`);
    const from = readCsv(
      text,
      dialect,
      names,
      names.map(() => 'VARCHAR'),
    );
    const filled: Row = {};
    for (const some of someColumns(names)) {
      const asked = some.map((name) => `count(${identifier(name)}) > 0 AS ${identifier(name)}`);
      const sql = `SELECT ${asked.join(', ')} FROM (SELECT ${some.map(identifier).join(', ')} FROM ${from} LIMIT ${FEW_ROWS})`;
      Object.assign(filled, (await rowsOf(connection, sql))[0]);
    }
    const guesses = dialect.guesses.map((guess, index) => (filled[names[index] ?? ''] ? guess : ANY));
    const relation = await relationOf(connection, text, { ...dialect, guesses });
    // What begins as integers may go on as other numbers, below the rows that were guessed from.
    const other =
      !isShort(text) &&
      relation.columns.some(({ type }, index) => guesses[index] === 'BIGINT' && type === 'text');
    return other ? null : relation;
  } catch {
    return null;
  }
}

/** Rows further down may be longer or shorter than the first ones. */
async function widened(connection: DuckDBConnection, text: TextFile, dialect: Dialect): Promise<Relation> {
  try {
    return await relationOf(connection, text, dialect);
  } catch (error) {
    const [, found] = /Expected Number of Columns: \d+ Found: (\d+)/.exec(String(error)) ?? [];
    if (found === undefined) throw error;
    const more = Number(found) - dialect.guesses.length;
    if (!dialect.padded) return widened(connection, text, await padded(connection, text, dialect.delimiter));
    if (more <= 0 || Number(found) > PADDED_COLUMNS) throw error;
    const guesses = [...dialect.guesses, ...Array<string>(more).fill('DOUBLE')];
    return widened(connection, text, { ...dialect, guesses });
  }
}

async function relationOf(connection: DuckDBConnection, text: TextFile, dialect: Dialect): Promise<Relation> {
  const names = dialect.guesses.map((_, index) => `c${index}`);
  const texts = names.map(() => 'VARCHAR');
  const allText = readCsv(text, dialect, names, texts);
  const types = await textTypes(
    connection,
    allText,
    dialect.guesses.map((guess, index) => ({ text: identifier(names[index] ?? ''), guess })),
  );
  // Then nothing has read all the rows yet, and some may not be like the first ones.
  if (types.every(({ type }) => type === 'text'))
    await rowsOf(connection, `SELECT count(c0) FROM ${allText}`);
  const originals = dialect.header ? await firstRow(connection, text, dialect, names) : names.map(() => null);
  // Numbers are read as such: cheaper than by way of a text.
  const direct = types.map(({ type }) => ({ int64: 'BIGINT', double: 'DOUBLE' })[type] ?? 'VARCHAR');
  return {
    from: readCsv(text, dialect, names, direct),
    columns: types.map(({ type, value }, index) => ({
      original: originals[index] ?? null,
      type,
      value: direct[index] === 'VARCHAR' ? value : identifier(names[index] ?? ''),
    })),
    conversion: {
      delimiter: dialect.guesses.length === 1 ? null : dialect.delimiter,
      quote: dialect.quote || null,
      header: dialect.header,
      encoding: text.encoding,
      notes: notesOn(text, dialect),
    },
  };
}

function readCsv(
  { path, gzip }: TextFile,
  {
    delimiter: delim,
    quote,
    escape: escaping,
    newLine: new_line,
    skip,
    header,
    padded: null_padding,
  }: Dialect,
  names: readonly string[],
  types: readonly string[],
): string {
  const columns = names.map((name, index) => `${identifier(name)}: ${literal(types[index] ?? 'VARCHAR')}`);
  const options = settings({
    auto_detect: false,
    delim,
    quote,
    escape: escaping,
    new_line,
    skip,
    header,
    null_padding,
    // A newline in quotes cannot be told from the end of a short row otherwise.
    parallel: false,
    comment: '',
    nullstr: '',
    max_line_size: LINE_BYTES,
    buffer_size: LINE_BYTES,
    compression: gzip ? 'gzip' : 'none',
  });
  return `read_csv(${literal(path)}, columns = {${columns.join(', ')}}, ${options})`;
}

async function firstRow(
  connection: DuckDBConnection,
  text: TextFile,
  dialect: Dialect,
  names: readonly string[],
): Promise<(string | null)[]> {
  const from = readCsv(
    text,
    { ...dialect, header: false },
    names,
    names.map(() => 'VARCHAR'),
  );
  const row: Row = {};
  for (const some of someColumns(names)) {
    const sql = `SELECT ${some.map(identifier).join(', ')} FROM ${from} LIMIT 1`;
    Object.assign(row, (await rowsOf(connection, sql))[0]);
  }
  return names.map((name) => row[name] as string | null);
}

function notesOn({ encoding }: TextFile, { skip, padded: isPadded, header }: Dialect): string[] {
  return [
    ...(encoding === 'windows-1252' ? ['The file is not UTF-8. It was read as windows-1252.'] : []),
    ...(skip > 0 ? [`${skip} ${skip === 1 ? 'line precedes' : 'lines precede'} the table.`] : []),
    ...(isPadded ? ['Rows have different lengths. Missing values are null.'] : []),
    ...(header ? [] : ['The file has no header.']),
  ];
}
