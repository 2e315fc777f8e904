import type { ColumnSchema } from '#shared/data/tables.ts';
import { columnOf, refuse, takeName } from './column-list.ts';
import { type ColumnType, familyOf, isNested } from './column-type.ts';
import { identifier } from './sql-text.ts';

/** SQL with `?` for each of the values, which are bound as texts. */
export interface Condition {
  sql: string;
  values: string[];
}

const COMPARISONS: Readonly<Record<string, string>> = {
  eq: '=',
  neq: '<>',
  lt: '<',
  lte: '<=',
  gt: '>',
  gte: '>=',
};
const TEXT_TESTS: Readonly<Record<string, string>> = {
  contains: 'contains(lower(%), lower(?))',
  starts: 'starts_with(%, ?)',
  ends: 'ends_with(%, ?)',
};
const NULL_TESTS: Readonly<Record<string, string>> = { null: 'IS NULL', notnull: 'IS NOT NULL' };
const MOST_VALUES = 1_000;

/** `column.op.value`, the value to the end. @throws {Problem} validation-failed */
export function parseFilter(columns: readonly ColumnSchema[], text: string): Condition {
  const taken = takeName(text);
  if (taken === null || !taken.rest.startsWith('.')) return malformed();
  const column = columnOf(columns, taken.name, 'filter');
  const [, op = '', value] = /^\.([a-z]+)(?:\.(.*))?$/s.exec(taken.rest) ?? [];
  const allowed = operatorsOf(column.type);
  if (!allowed.includes(op))
    refuse(
      'filter',
      `knows no operator ${JSON.stringify(op)} for ${column.name}, which is ${column.type}: there are ${allowed.join(', ')}`,
      'not-one-of',
    );
  const name = identifier(column.name);
  if (op in NULL_TESTS)
    return value === undefined
      ? { sql: `${name} ${NULL_TESTS[op]}`, values: [] }
      : refuse('filter', `takes no value for ${op}`);
  if (value === undefined) return malformed();
  if (op in TEXT_TESTS) return { sql: TEXT_TESTS[op]?.replace('%', () => name) ?? '', values: [value] };
  if (op === 'in') {
    const values = parseList(value).map((item) => checked(column, item));
    return { sql: `${name} IN (${values.map((item) => bound(column.type, item)).join(', ')})`, values };
  }
  return { sql: `${name} ${COMPARISONS[op]} ${bound(column.type, value)}`, values: [checked(column, value)] };
}

function malformed(): never {
  return refuse('filter', 'must be column.op.value, such as price.gt.10', 'malformed');
}

function operatorsOf(type: ColumnType): string[] {
  const nulls = Object.keys(NULL_TESTS);
  if (type === 'binary' || isNested(type)) return nulls;
  if (type === 'boolean') return ['eq', 'neq', 'in', ...nulls];
  const compared = [...Object.keys(COMPARISONS), 'in', ...nulls];
  return type === 'text' || type === 'json' ? [...compared, ...Object.keys(TEXT_TESTS)] : compared;
}

const ITEM = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/sy;

/** `(a,"b,c")` */
function parseList(text: string): string[] {
  const [, inside = ''] = /^\((.*)\)$/s.exec(text) ?? [];
  const items: string[] = [];
  for (let at = 0; inside !== '' && at <= inside.length; at = ITEM.lastIndex) {
    ITEM.lastIndex = at;
    const [, quoted, bare, end] = ITEM.exec(inside) ?? [];
    if (end === undefined) break;
    items.push(quoted?.replaceAll('""', '"') ?? bare ?? '');
    if (items.length > MOST_VALUES) refuse('filter', `lists more than ${MOST_VALUES} values`, 'out-of-range');
    if (end === '') return items;
  }
  return refuse(
    'filter',
    'must list values for in as (a,b), in double quotes where they have commas',
    'malformed',
  );
}

const DAY = String.raw`\d{4}-\d\d-\d\d`;
const TIME = String.raw`${DAY}(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)?`;
/** By family: how a value has to look, and the type it is compared as. */
const VALUES: Readonly<Record<string, { form: RegExp; sql: string; what: string }>> = {
  int: { form: /^-?\d{1,38}$/, sql: 'DECIMAL(38,0)', what: 'an integer' },
  decimal: { form: /^-?(?!\d{39}|(?:\d\.?){39})\d+(\.\d{1,18})?$/, sql: 'DECIMAL', what: 'a decimal number' },
  float: {
    form: /^-?(\d{1,400}\.?\d{0,400}|\.\d{1,400})(e[-+]?\d{1,3})?$/i,
    sql: 'DOUBLE',
    what: 'a number',
  },
  boolean: { form: /^(true|false)$/i, sql: 'BOOLEAN', what: 'true or false' },
  date: { form: new RegExp(`^${DAY}$`), sql: 'DATE', what: 'a date such as 2024-01-31' },
  timestamp: { form: new RegExp(`^${TIME}$`), sql: 'TIMESTAMP', what: 'a time such as 2024-01-31T12:00:00' },
  timestamptz: {
    form: new RegExp(`^${TIME}(?:Z|[+-]\\d\\d:\\d\\d)?$`),
    sql: 'TIMESTAMPTZ',
    what: 'a time such as 2024-01-31T12:00:00Z',
  },
};

function bound(type: ColumnType, text: string): string {
  const value = VALUES[familyOf(type)];
  if (value === undefined) return '?';
  if (familyOf(type) === 'decimal')
    return `CAST(? AS DECIMAL(38,${/\.(\d+)$/.exec(text)?.[1]?.length ?? 0}))`;
  // Compared as what the column is, so that row groups out of reach are not read.
  if (type === 'int64' || type === 'int32') return `CAST(? AS ${type === 'int64' ? 'BIGINT' : 'INTEGER'})`;
  return `CAST(? AS ${value.sql})`;
}

const INTEGERS: Readonly<Record<string, bigint>> = { int32: 2n ** 31n, int64: 2n ** 63n };

function checked({ name, type }: ColumnSchema, text: string): string {
  const value = VALUES[familyOf(type)];
  if (value === undefined) return text;
  const limit = INTEGERS[type];
  const fits =
    value.form.test(text) && (limit === undefined || (BigInt(text) < limit && BigInt(text) >= -limit));
  const real = !/date|time/.test(familyOf(type)) || isRealTime(text);
  if (fits && real) return text;
  return refuse(
    'filter',
    `compares ${name}, which is ${type}, with ${JSON.stringify(text.slice(0, 100))}: it must be ${value.what}`,
  );
}

/** The calendar has that day, and the clock that time. */
function isRealTime(text: string): boolean {
  const [day = '', clock = '00:00'] = text.split(/[T ]/);
  const date = new Date(`${day}T00:00:00Z`);
  const [hours = 0, minutes = 0] = clock.slice(0, 5).split(':').map(Number);
  const seconds = Number(/^\d\d:\d\d:(\d\d)/.exec(clock)?.[1] ?? 0);
  return (
    !Number.isNaN(date.getTime()) &&
    date.toISOString().startsWith(day) &&
    hours < 24 &&
    minutes < 60 &&
    seconds < 60
  );
}
