import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { settings } from '#shared/tables/open-engine.ts';
import { identifier, literal } from '#shared/tables/sql-text.ts';
import { LINE_BYTES } from './csv-dialect.ts';
import { PLAIN, type Relation } from './relation.ts';
import { TableError } from './table-error.ts';
import { textTypes } from './text-types.ts';

type Kind = 'int' | 'large' | 'double' | 'boolean' | 'date' | 'timestamp' | 'text' | 'binary';

/** A column whose cells are all of these kinds. */
const TYPES: Readonly<Record<string, readonly [type: string, sql: (text: string) => string]>> = {
  int: ['int64', (text) => `CAST(${text} AS BIGINT)`],
  'int,large': ['int64', (text) => `CAST(${text} AS BIGINT)`],
  large: ['int64', (text) => `CAST(${text} AS BIGINT)`],
  double: ['double', (text) => `CAST(${text} AS DOUBLE)`],
  'double,int': ['double', (text) => `CAST(${text} AS DOUBLE)`],
  boolean: ['boolean', (text) => `CAST(${text} AS BOOLEAN)`],
  date: ['date', (text) => `CAST(${text} AS DATE)`],
  'date,timestamp': ['timestamp', (text) => `CAST(${text} AS TIMESTAMP)`],
  timestamp: ['timestamp', (text) => `CAST(${text} AS TIMESTAMP)`],
  binary: ['binary', (text) => `unhex(${text})`],
};
/** What text may turn out to be. */
const TIMES = ['DATE', 'TIMESTAMP', 'TIMESTAMP WITH TIME ZONE'];

/** Rows of cells that have types of their own, the first one names; by way of a file, so that any number of them fits. */
export async function cellsRelation(
  connection: DuckDBConnection,
  scratch: string,
  rows: Iterable<unknown[]>,
): Promise<Relation> {
  const path = join(scratch, 'cells.csv');
  const cells = rows[Symbol.iterator]();
  const names: unknown[] = cells.next().value ?? [];
  const kinds = names.map(() => new Set<Kind>());
  const lines = function* () {
    for (let next = cells.next(); !next.done; next = cells.next()) {
      const line = names.map((_, index) => writeCell(next.value[index], kinds[index]));
      yield `${line.join(',')}\n`;
    }
  };
  await pipeline(lines(), createWriteStream(path));
  if (names.length === 0) throw new TableError('not-a-table', 'There are no columns.');
  const columns = names.map((_, index) => `${identifier(`c${index}`)}: 'VARCHAR'`);
  const options = settings({
    auto_detect: false,
    delim: ',',
    quote: '"',
    escape: '"',
    header: false,
    nullstr: '',
    // A text of no characters is one.
    allow_quoted_nulls: false,
    null_padding: false,
    parallel: false,
    max_line_size: LINE_BYTES,
    buffer_size: LINE_BYTES,
  });
  const from = `read_csv(${literal(path)}, columns = {${columns.join(', ')}}, ${options})`;
  const asText = await timesIn(connection, from, kinds);
  return {
    from,
    columns: names.map((original, index) => {
      const text = identifier(`c${index}`);
      const [type, cast] = TYPES[[...(kinds[index] ?? [])].toSorted().join()] ?? [];
      const named = { original: original === null || original === undefined ? null : String(original) };
      return type && cast
        ? { ...named, type, value: cast(text) }
        : { ...named, ...(asText[index] ?? { type: 'text', value: text }) };
    }),
    conversion: PLAIN,
  };
}

/** Of columns that are all text, those that are all times. */
async function timesIn(connection: DuckDBConnection, from: string, kinds: readonly Set<Kind>[]) {
  const found: { type: string; value: string }[] = [];
  for (const guess of TIMES) {
    const types = await textTypes(
      connection,
      from,
      kinds.map((kind, index) => ({
        text: identifier(`c${index}`),
        guess: kind.size === 1 && kind.has('text') ? guess : '',
      })),
    );
    for (const [index, type] of types.entries()) if (type.type !== 'text') found[index] = type;
  }
  return found;
}

function writeCell(value: unknown, kinds: Set<Kind> | undefined): string {
  if (value === null || value === undefined) return '';
  const [kind, text] = spell(value);
  kinds?.add(kind);
  return `"${text.replaceAll('"', '""')}"`;
}

function spell(value: NonNullable<unknown>): [Kind, string] {
  if (typeof value === 'bigint')
    return [value > -(2n ** 53n) && value < 2n ** 53n ? 'int' : 'large', String(value)];
  if (typeof value === 'number') return ['double', Object.is(value, -0) ? '-0' : String(value)];
  if (typeof value === 'boolean') return ['boolean', String(value)];
  if (value instanceof Uint8Array) return ['binary', Buffer.from(value).toString('hex')];
  if (value instanceof Date) {
    const text = value.toISOString().slice(0, -1);
    return text.endsWith('T00:00:00.000') ? ['date', text.slice(0, 10)] : ['timestamp', text];
  }
  return ['text', String(value)];
}
