import type { FragmentSqlToken } from 'slonik';
import type { SearchFilters, SearchInput } from './search-input.ts';
import { ORDERS } from './search-order.ts';
import { sql } from './sql.ts';

/** How many matches are ranked and counted. */
export const MAX_MATCHES = 10_000;

type Query = NonNullable<SearchInput['query']>;

/** Characters of a value, as search_values() has them. */
const INDEXED = 200;
const counted = sql.fragment`id, owner, licence, keywords, formats, state`;
/** Each has an index of its own. */
const SAMPLES = [
  sql.fragment`= 0`,
  sql.fragment`BETWEEN 1 AND 4`,
  sql.fragment`BETWEEN 5 AND 9`,
  sql.fragment`BETWEEN 10 AND 15`,
];

/**
 * SELECTs the documents that are looked at, one more than MAX_MATCHES at most, with score and key. A query looks at one
 * sample after the other: where very many match, the first are enough, and the others are not read. Without a query the
 * first of the order are looked at.
 */
export function matchesOf({ query, filters, sort }: SearchInput): FragmentSqlToken {
  const { key, column, indexed } = ORDERS[sort];
  const columns = column === null ? counted : sql.fragment`${counted}, ${column}`;
  const conditions = conditionsOf(filters);
  const limit = sql.fragment`LIMIT ${MAX_MATCHES + 1}`;
  if (query === null)
    return sql.fragment`
      SELECT *, ${key} AS key FROM (
        SELECT ${columns}, 0::real AS score FROM search_documents
        WHERE ${and(conditions)} ORDER BY ${indexed} ${limit}
      ) AS looked_at`;
  const part = (which: FragmentSqlToken) => sql.fragment`
    SELECT ${columns}, ${scoreOf(query)} AS score FROM search_documents
    WHERE ${and([which, sql.fragment`words @@ ${query.found}::tsquery`, ...conditions])}`;
  const parts = SAMPLES.map((which) => part(sql.fragment`id % 16 ${which}`));
  return sql.fragment`
    SELECT *, ${key} AS key FROM (${sql.join(parts, sql.fragment` UNION ALL `)}) AS looked_at ${limit}`;
}

/** What was typed counts more than what is spelled alike. A match further down in the text comes after all of these. */
function scoreOf({ found, exact }: Query): FragmentSqlToken {
  const weights = sql.fragment`'{0.05, 0.15, 0.5, 1}'`;
  const rank = (text: string) => sql.fragment`ts_rank(${weights}, lead, ${text}::tsquery)`;
  return exact === found ? rank(found) : sql.fragment`(${rank(exact)} + 0.3::real * ${rank(found)})`;
}

function conditionsOf(filters: SearchFilters): FragmentSqlToken[] {
  const { kinds, owner, licence, keyword, format, state, minRows, maxBytes } = filters;
  const kind = kinds?.length === 1 ? (kinds[0] ?? null) : null;
  const values = [kind, owner, licence, keyword, format].filter((value) => value !== null);
  return [
    // As the index of them all has it, which does not tell a keyword from a licence, and has the beginning of long ones.
    values.length > 0 &&
      sql.fragment`search_values(VARIADIC keywords || formats || ARRAY[kind, owner, licence])
        @> ${sql.array(
          values.map((value) => [...value].slice(0, INDEXED).join('')),
          'text',
        )}`,
    kinds !== null && sql.fragment`kind = ANY(${sql.array([...kinds], 'text')})`,
    owner !== null && sql.fragment`owner = ${owner}`,
    licence !== null && sql.fragment`licence = ${licence}`,
    keyword !== null && sql.fragment`${keyword} = ANY(keywords)`,
    format !== null && sql.fragment`${format} = ANY(formats)`,
    // Mirrors have an index of their states. Documents have none, because each change of a state would write all indexes.
    state !== null &&
      sql.fragment`state = ${state} AND kind = 'dataset'
        AND mirror_id IN (SELECT mirrors.id FROM mirrors WHERE mirrors.state = ${state})`,
    minRows !== null && sql.fragment`rows >= ${minRows}`,
    maxBytes !== null && sql.fragment`coalesce(bytes, -1) BETWEEN 0 AND ${maxBytes}`,
  ].filter((condition) => condition !== false);
}

function and(conditions: readonly FragmentSqlToken[]): FragmentSqlToken {
  return conditions.length === 0
    ? sql.fragment`TRUE`
    : sql.fragment`${sql.join(conditions, sql.fragment` AND `)}`;
}
