import type { FragmentSqlToken } from 'slonik';
import type { SearchSort } from './search-input.ts';
import { sql } from './sql.ts';

interface Order {
  /** What of a document is compared. */
  key: FragmentSqlToken;
  /** What that is made of; null for the score alone. */
  column: FragmentSqlToken | null;
  /** In a cursor. */
  written: FragmentSqlToken;
  by: FragmentSqlToken;
  /** As an index has it: which documents come first where no query chooses them. */
  indexed: FragmentSqlToken;
  isAfter(key: string | number, id: number): FragmentSqlToken;
}

const falling = (
  type: FragmentSqlToken,
  key: FragmentSqlToken,
  column: FragmentSqlToken | null,
  { indexed = sql.fragment`${key} DESC, id`, written = sql.fragment`key` } = {},
): Order => ({
  key,
  column,
  written,
  by: sql.fragment`key DESC, id`,
  indexed,
  isAfter: (last, id) =>
    sql.fragment`(key < ${last}::${type} OR (key = ${last}::${type} AND id > ${id}::int8))`,
});

export const ORDERS: Record<SearchSort, Order> = {
  relevance: falling(sql.fragment`real`, sql.fragment`score`, null, { indexed: sql.fragment`id` }),
  '-updated_at': falling(sql.fragment`timestamptz`, sql.fragment`updated_at`, sql.fragment`updated_at`, {
    written: sql.fragment`to_char(key AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,
  }),
  '-bytes': falling(sql.fragment`int8`, sql.fragment`coalesce(bytes, -1)`, sql.fragment`bytes`),
  name: {
    key: sql.fragment`name`,
    column: sql.fragment`name`,
    written: sql.fragment`key`,
    by: sql.fragment`key, id`,
    // Paths are too long for an index.
    indexed: sql.fragment`left(name, 200), id`,
    isAfter: (last, id) => sql.fragment`(key, id) > (${last}, ${id}::int8)`,
  },
};
