import type { DuckDBConnection } from '@duckdb/node-api';
import type { ColumnType } from '#shared/tables/column-type.ts';
import { type Row, rowsOf } from '#shared/tables/open-engine.ts';
import { someColumns } from './some-columns.ts';

/** A column of texts, and the type that the engine guessed for it. */
export interface TextColumn {
  /** SQL of the text; NULL where there is none. */
  text: string;
  guess: string;
}

/** The guess for a column without values where the engine looked. */
export const ANY = 'ANY';

const NUMBERS = [
  ['int64', unlessFraction(isInteger)],
  ['decimal(38,0)', unlessFraction(isLongInteger)],
  ['double', isDouble],
] as const;
const BOOLEAN = ['boolean', (text: string) => `lower(${text}) IN ('true', 'false')`] as const;
const DATE = ['date', (text: string) => `${text} = CAST(TRY_CAST(${text} AS DATE) AS VARCHAR)`] as const;
const TIMESTAMP = ['timestamp', isTimestamp] as const;
const TIMESTAMPTZ = ['timestamptz', isTimestampWithZone] as const;

/** Types by the guesses they can come of; the first whose test all values pass is the column's. */
const TESTS: Readonly<Record<string, readonly (readonly [ColumnType, (text: string) => string])[]>> = {
  BIGINT: [['int64', isInteger]],
  DOUBLE: NUMBERS,
  BOOLEAN: [BOOLEAN],
  DATE: [DATE],
  TIMESTAMP: [TIMESTAMP],
  'TIMESTAMP WITH TIME ZONE': [TIMESTAMPTZ],
  [ANY]: [...NUMBERS, BOOLEAN, DATE, TIMESTAMP, TIMESTAMPTZ],
};

const CASTS: Readonly<Record<string, (text: string) => string>> = {
  text: (text) => text,
  int64: (text) => `CAST(${text} AS BIGINT)`,
  'decimal(38,0)': (text) => `CAST(${text} AS DECIMAL(38,0))`,
  double: (text) => `CAST(${text} AS DOUBLE)`,
  boolean: (text) => `lower(${text}) = 'true'`,
  date: (text) => `CAST(${text} AS DATE)`,
  timestamp: (text) => `CAST(${text} AS TIMESTAMP)`,
  timestamptz: (text) => `CAST(${text} AS TIMESTAMPTZ)`,
};

/**
 * The type of each column: one only if every value, written back, is the value that was there, spelling of numbers
 * aside; otherwise it is text. Reads all of `from` once, or as often as columns are too many.
 */
export async function textTypes(
  connection: DuckDBConnection,
  from: string,
  columns: readonly TextColumn[],
): Promise<{ type: ColumnType; value: string }[]> {
  const tests = columns.flatMap(({ text, guess }, column) =>
    (TESTS[guess] ?? []).map(([type, test]) => ({ column, type, test: test(text), text })),
  );
  const asked = tests.map(
    ({ test, text }, index) => `count(${text}) > 0 AND count_if(${test}) = count(${text}) AS t${index}`,
  );
  const passed: Row = {};
  for (const some of someColumns(asked)) {
    const [found] = await rowsOf(connection, `SELECT ${some.join(', ')} FROM ${from}`);
    Object.assign(passed, found);
  }
  return columns.map(({ text }, column) => {
    const found = tests.find((test, index) => test.column === column && passed[`t${index}`] === true);
    const type = found?.type ?? 'text';
    return { type, value: CASTS[type]?.(text) ?? text };
  });
}

function isInteger(text: string): string {
  const written = `CAST(TRY_CAST(${text} AS BIGINT) AS VARCHAR)`;
  return `CASE WHEN ${text} = ${written} THEN true ELSE trim(${text}) = ${written} END`;
}

/** Most values of a column that may be of fractions need no test of whole numbers. */
function unlessFraction(test: (text: string) => string) {
  return (text: string) => `CASE WHEN contains(${text}, '.') THEN false ELSE ${test(text)} END`;
}

/** By its form: to cast what is none takes twenty times as long. */
function isLongInteger(text: string): string {
  return `regexp_full_match(trim(${text}), '0|-?[1-9][0-9]{0,37}')`;
}

/** Decimal digits that a double keeps, whatever they are. */
const EXACT_DIGITS = 15;
const SMALLEST_NORMAL = '2.2250738585072014e-308';

/** Most numbers are short and plain, and need none of the further tests. */
function isDouble(text: string): string {
  const number = `trim(${text})`;
  const value = `TRY_CAST(${text} AS DOUBLE)`;
  const digits = `replace(ltrim(regexp_replace(${number}, '[eE].*$', ''), '-0.'), '.', '')`;
  const further = [
    String.raw`regexp_full_match(${number}, '-?(?:0|[1-9][0-9]*)?(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?')`,
    `isfinite(${value})`,
    `(abs(${value}) >= ${SMALLEST_NORMAL} OR regexp_full_match(${number}, '[-0.]*(?:[eE].*)?'))`,
    `(length(${number}) <= ${EXACT_DIGITS} OR length(${digits}) <= ${EXACT_DIGITS})`,
  ];
  const plain = String.raw`strlen(${text}) <= ${EXACT_DIGITS} AND regexp_full_match(${text}, '-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?')`;
  return `CASE WHEN ${plain} THEN true ELSE ${further.join(' AND ')} END`;
}

const TIME = String.raw`\d{4}-\d\d-\d\d[T ](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?`;
const ZONE = String.raw`(?:Z|[+-]\d\d(?::?\d\d)?)`;

function isTimestamp(text: string): string {
  return `regexp_full_match(${text}, '${TIME}') AND TRY_CAST(${text} AS TIMESTAMP) IS NOT NULL`;
}

function isTimestampWithZone(text: string): string {
  return `regexp_full_match(${text}, '${TIME}${ZONE}') AND TRY_CAST(${text} AS TIMESTAMPTZ) IS NOT NULL`;
}
