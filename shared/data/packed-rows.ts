import type { FragmentSqlToken } from 'slonik';
import * as z from 'zod';
import { sql } from './sql.ts';

/** DEL stands between fields, as JSON leaves it as it is and texts hardly ever have it. */
const BETWEEN = '\x7f';
/** SOH stands for NULL, here as JSON writes it. */
const NOTHING = '\\u0001';
/** Stands for NULL in a field, as no text of JSON has a quote of its own. */
const NULL = '"';

export const PackedRows = z.object({
  rows: z.int(),
  packed: z.string().nullable(),
  odd: z.boolean().nullable(),
});

interface Page {
  /** A SELECT with ORDER BY and LIMIT. */
  select: FragmentSqlToken;
  /** Over its columns, none of them NULL (`orNothing`). */
  fields: FragmentSqlToken;
  /** The same order, over its columns. */
  order: FragmentSqlToken;
  /** Whether a row cannot be packed. */
  odd: FragmentSqlToken;
}

/**
 * The rows of a page in one text. pg makes a text of each field, an object of each row and several events of it, which
 * costs a list more than all else.
 */
export function packRows({ select, fields, order, odd }: Page): FragmentSqlToken {
  return sql.fragment`
    SELECT count(*)::int4 AS rows, bool_or(${odd}) AS odd,
      string_agg(concat_ws(E'\\x7f', ${fields}), E'\\x7f' ORDER BY ${order}) AS packed
    FROM (${select}) AS page`;
}

export function orNothing(expression: FragmentSqlToken): FragmentSqlToken {
  return sql.fragment`coalesce(${expression}, E'\\x01')`;
}

/** Whether an expression has the text that stands for NULL. */
export function isNothing(expression: FragmentSqlToken): FragmentSqlToken {
  return sql.fragment`${expression} = E'\\x01'`;
}

/**
 * The fields of all rows, each as in JSON but without quotes (`quoted`); `nullable` are the places of `orNothing` in a row.
 * Null where a row is odd, or a text has what stands between fields.
 */
export function unpackRows(
  { rows, packed, odd }: z.output<typeof PackedRows>,
  { width, nullable }: { width: number; nullable: readonly number[] },
): string[] | null {
  if (packed === null) return [];
  const fields = JSON.stringify(packed).slice(1, -1).split(BETWEEN);
  if (odd || fields.length !== rows * width) return null;
  for (let at = 0; at < fields.length; at += width)
    for (const place of nullable) if (fields[at + place] === NOTHING) fields[at + place] = NULL;
  return fields;
}

/** A value as `unpackRows` gives it. */
export function toField(value: string | number | null): string {
  if (value === null) return NULL;
  return typeof value === 'number' ? `${value}` : JSON.stringify(value).slice(1, -1);
}

export function isNull(field: string | undefined): boolean {
  return field === NULL;
}

/** A field with a text or NULL as JSON. */
export function quoted(field: string | undefined): string {
  return isNull(field) ? 'null' : `"${field}"`;
}
