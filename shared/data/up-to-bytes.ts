import type { FragmentSqlToken } from 'slonik';
import { sql } from './sql.ts';

/** As many bytes as a page has: JSON has at least those of the texts in it. */
const MAX_BYTES = 4 * 1024 * 1024;

interface Page {
  /** A SELECT with ORDER BY and LIMIT. */
  select: FragmentSqlToken;
  /** The names of its columns. */
  columns: FragmentSqlToken;
  /** The same order, over those columns. */
  order: FragmentSqlToken;
  /** Bytes of the texts of a row that may be long (`octet_length` does not read them), never null. */
  bytes: FragmentSqlToken;
}

/**
 * The rows of a page up to the one that passes MAX_BYTES, that one included, and two at least if there are: whoever ends
 * the page before it, or behind the first, sees that another one follows. The others are not even read by PostgreSQL.
 */
export function upToBytes({ select, columns, order, bytes }: Page): FragmentSqlToken {
  return sql.fragment`
    SELECT ${columns} FROM (
      SELECT *, sum(${bytes}) OVER running - ${bytes} AS bytes_before, row_number() OVER running AS place
      FROM (${select}) AS page WINDOW running AS (ORDER BY ${order} ROWS UNBOUNDED PRECEDING)
    ) AS counted
    WHERE bytes_before <= ${MAX_BYTES} OR place <= 2 ORDER BY place`;
}
