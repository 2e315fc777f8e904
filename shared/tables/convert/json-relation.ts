import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { rowsOf, settings } from '#shared/tables/open-engine.ts';
import { identifier, literal } from '#shared/tables/sql-text.ts';
import type { SourceFile } from './convert-task.ts';
import { PLAIN, type Relation, type RelationColumn } from './relation.ts';
import { TableError } from './table-error.ts';
import { readTextFile, type TextFile } from './text-file.ts';
import { textTypes } from './text-types.ts';

interface JsonText extends Pick<TextFile, 'path' | 'gzip'> {
  format: 'array' | 'newline_delimited' | 'unstructured';
}

const OBJECT_BYTES = 64 * 1024 * 1024;
/** Guesses for values that are text in JSON: some of them are times. */
const TIMES = new Set(['DATE', 'TIMESTAMP', 'TIMESTAMP WITH TIME ZONE']);

/** Rows of JSON: objects in an array, one after another, or in an array that is the one such member of an object. */
export async function jsonRelation(connection: DuckDBConnection, file: SourceFile): Promise<Relation> {
  const { encoding, head, path, gzip } = await readTextFile(file);
  const [first] = /^(\{|\[(?=\s*\{))/.exec(head.trimStart()) ?? [];
  const whole = { path, gzip };
  const source: JsonText | null =
    first === '['
      ? { ...whole, format: 'array' }
      : first === '{'
        ? await objects(connection, whole, file)
        : null;
  if (source === null) throw new TableError('not-a-table', 'The JSON is no list of objects.');
  const columns = await columnsOf(connection, source);
  return { ...columns, conversion: { ...PLAIN, encoding } };
}

/** One object after another, or the list in a single one. */
async function objects(
  connection: DuckDBConnection,
  text: Omit<JsonText, 'format'>,
  file: SourceFile,
): Promise<JsonText | null> {
  const source: JsonText = {
    ...text,
    format: file.format === 'ndjson' ? 'newline_delimited' : 'unstructured',
  };
  if (file.format === 'ndjson') return source;
  const found = await rowsOf(connection, `SELECT 1 FROM ${readObjects(source)} LIMIT 2`);
  return found.length === 1 ? onlyList(connection, source, file.scratch) : source;
}

/** The elements of the only member that is a list of objects, in a file of their own. */
async function onlyList(
  connection: DuckDBConnection,
  source: JsonText,
  scratch: string,
): Promise<JsonText | null> {
  const lists = await rowsOf(
    connection,
    `SELECT key FROM (SELECT json, unnest(json_keys(json)) AS key FROM ${readObjects(source)})
     WHERE json_type(json, concat('$.', to_json(key))) = 'ARRAY'
       AND json_type(json, concat('$.', to_json(key), '[0]')) = 'OBJECT'`,
  );
  const [list] = lists;
  if (list === undefined || lists.length > 1) return null;
  const target = join(scratch, 'list.ndjson');
  const path = `$.${JSON.stringify(list.key)}[*]`;
  await connection.run(
    `COPY (SELECT unnest(json_extract(json, ${literal(path)})) AS json FROM ${readObjects(source)})
     TO ${literal(target)} (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x1f')`,
  );
  return { path: target, gzip: false, format: 'newline_delimited' };
}

function readObjects({ path, gzip, format }: JsonText): string {
  return `read_json_objects(${literal(path)}, ${settings({ format, ...bounds(gzip) })})`;
}

function bounds(gzip: boolean) {
  return { maximum_object_size: OBJECT_BYTES, compression: gzip ? 'gzip' : 'uncompressed' };
}

/** What the engine guesses of numbers and truth values holds for each of them; of texts they are read as what they are. */
async function columnsOf(
  connection: DuckDBConnection,
  source: JsonText,
): Promise<Omit<Relation, 'conversion'>> {
  const { path, gzip, format } = source;
  const guessing = settings({
    format,
    sample_size: -1,
    maximum_depth: 2,
    convert_strings_to_integers: false,
    map_inference_threshold: -1,
    records: true,
    ...bounds(gzip),
  });
  const reader = await connection.runAndReadAll(
    `SELECT * FROM read_json(${literal(path)}, ${guessing}) LIMIT 0`,
  );
  const names = reader.columnNames();
  if (names.length === 0 || (names.length === 1 && names[0] === 'json'))
    throw new TableError('not-a-table', 'The JSON is no list of objects.');
  const kinds = reader
    .columnTypes()
    .map((type) => kindOf((type as { alias?: string }).alias ?? type.toString()));
  const read = (types: readonly string[]) =>
    `read_json(${literal(path)}, columns = {${names.map((name, index) => `${identifier(name)}: ${literal(types[index] ?? 'JSON')}`).join(', ')}}, ${settings({ format, ...bounds(gzip) })})`;
  // Whatever they may turn out to be, as the file has it: a number of forty digits too.
  const from = read(kinds.map(({ raw }) => raw));
  const types = await textTypes(
    connection,
    from,
    names.map((name, index) => ({ text: identifier(name), guess: kinds[index]?.guess ?? '' })),
  );
  const columns = names.map((original, index): RelationColumn => {
    const { type = 'text', value = '' } = types[index] ?? {};
    return kinds[index]?.raw === 'JSON'
      ? { original, type: 'json', value: `CAST(${value} AS VARCHAR)` }
      : { original, type, value };
  });
  return { from, columns };
}

function kindOf(guess: string): { raw: 'VARCHAR' | 'JSON'; guess: string } {
  if (TIMES.has(guess) || guess === 'BIGINT' || guess === 'DOUBLE' || guess === 'BOOLEAN')
    return { raw: 'VARCHAR', guess };
  if (guess === 'UBIGINT' || guess === 'HUGEINT') return { raw: 'VARCHAR', guess: 'DOUBLE' };
  return /^(VARCHAR|UUID|TIME)$/.test(guess) ? { raw: 'VARCHAR', guess: '' } : { raw: 'JSON', guess: '' };
}
