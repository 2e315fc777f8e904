import type { CommonQueryMethods, FragmentSqlToken } from 'slonik';
import * as z from 'zod';
import type { MIRROR_STATES } from './mirror-state.ts';
import { sql } from './sql.ts';

export const SEARCH_KINDS = ['dataset', 'file', 'table', 'column'] as const;
export type SearchKind = (typeof SEARCH_KINDS)[number];
export const SEARCH_SORTS = ['relevance', '-updated_at', 'name', '-bytes'] as const;
export type SearchSort = (typeof SEARCH_SORTS)[number];

/** How many matches are ranked and counted. */
export const MAX_MATCHES = 10_000;
const FACET_VALUES = 20;

export interface SearchFilters {
  kinds: readonly SearchKind[] | null;
  owner: string | null;
  licence: string | null;
  keyword: string | null;
  format: string | null;
  state: (typeof MIRROR_STATES)[number] | null;
  minRows: number | null;
  maxBytes: number | null;
}

export interface SearchInput {
  /** tsqueries, `found` for what matches, `exact` for what was typed just so; null finds all. */
  query: { found: string; exact: string; lexemes: readonly string[] } | null;
  filters: SearchFilters;
  sort: SearchSort;
  /** Key and id of the last hit before. */
  after: readonly [string | number, number] | null;
  limit: number;
}

export const SearchHit = z.object({
  id: z.int(),
  key: z.string().or(z.number()),
  kind: z.enum(SEARCH_KINDS),
  /** Null when the last dataset of the mirror goes at this moment. */
  dataset_id: z.int().nullable(),
  ref: z.string().nullable(),
  path: z.string().nullable(),
  table_name: z.string().nullable(),
  column_name: z.string().nullable(),
  name: z.string(),
  title: z.string(),
  subtitle: z.string().nullable(),
  about: z.string().nullable(),
  owner: z.string().nullable(),
  keywords: z.array(z.string()),
  score: z.number(),
  /** Something of its files, tables or columns matches. */
  within: z.boolean(),
  /** Words of its texts that match, in lower case. */
  marked: z.array(z.string()),
});
export type SearchHit = z.output<typeof SearchHit>;

const Facet = z.array(z.object({ value: z.string(), count: z.int() }));
export const SearchFacets = z.object({
  licence: Facet,
  keyword: Facet,
  owner: Facet,
  format: Facet,
  state: Facet,
});

const Settings = z.object({ settings: z.string() });
const Found = z.object({ total: z.int(), hits: z.array(SearchHit), facets: SearchFacets });
export type Found = z.output<typeof Found>;

/** One page of hits, how many there are in all (one more than MAX_MATCHES: more than that), and the facets. */
export function searchDocuments(db: CommonQueryMethods, input: SearchInput): Promise<Found> {
  return db.transaction(async (tx) => {
    // The planner thinks reading the texts of all documents cheap. It is not.
    await tx.query(sql.prepared('search_settings', Settings)`
      SELECT concat(set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true),
        set_config('work_mem', '32MB', true)) AS settings`);
    return tx.one(sql.type(Found)`${statement(input)}`);
  });
}

interface Order {
  /** What of a document is compared. */
  key: FragmentSqlToken;
  /** In a cursor. */
  written: FragmentSqlToken;
  by: FragmentSqlToken;
  isAfter(key: string | number, id: number): FragmentSqlToken;
}

const falling = (type: FragmentSqlToken, key: FragmentSqlToken, written = sql.fragment`key`): Order => ({
  key,
  written,
  by: sql.fragment`key DESC, id`,
  isAfter: (last, id) =>
    sql.fragment`(key < ${last}::${type} OR (key = ${last}::${type} AND id > ${id}::int8))`,
});

const ORDERS: Record<SearchSort, Order> = {
  relevance: falling(sql.fragment`real`, sql.fragment`score`),
  '-updated_at': falling(
    sql.fragment`timestamptz`,
    sql.fragment`updated_at`,
    sql.fragment`to_char(key AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,
  ),
  '-bytes': falling(sql.fragment`int8`, sql.fragment`coalesce(bytes, -1)`),
  name: {
    key: sql.fragment`name`,
    written: sql.fragment`key`,
    by: sql.fragment`key, id`,
    isAfter: (last, id) => sql.fragment`(key, id) > (${last}, ${id}::int8)`,
  },
};

function statement({ query, filters, sort, after, limit }: SearchInput): FragmentSqlToken {
  const { key, written, by, isAfter } = ORDERS[sort];
  return sql.fragment`
    WITH found AS MATERIALIZED (
      SELECT id, name, owner, licence, keywords, formats, state, bytes, updated_at, ${scoreOf(query)} AS score
      FROM search_documents WHERE ${conditionsOf(query, filters)}
    ), matches AS MATERIALIZED (
      SELECT *, ${key} AS key FROM found LIMIT ${MAX_MATCHES + 1}
    ), page AS (
      SELECT id, key, score, row_number() OVER (ORDER BY ${by}) AS rank
      FROM matches WHERE ${after === null ? sql.fragment`TRUE` : isAfter(...after)} ORDER BY ${by} LIMIT ${limit}
    ), hits AS (
      SELECT rank, documents.id, ${written} AS key, kind, coalesce(dataset_id, named.id) AS dataset_id, mirrors.ref, path,
        table_name, column_name, name, title, subtitle, about, documents.owner, keywords, score,
        ${withinOf(query)} AS within, ${markedOf(query)} AS marked
      FROM page JOIN search_documents documents ON documents.id = page.id LEFT JOIN mirrors ON mirrors.id = mirror_id
      LEFT JOIN LATERAL (
        SELECT datasets.id FROM datasets WHERE dataset_id IS NULL AND mirror_ref = mirrors.ref
        ORDER BY coalesce(pinned_version, mirrors.version) = mirrors.version DESC, datasets.id LIMIT 1
      ) named ON true
    )
    SELECT (SELECT count(*) FROM matches) AS total,
      coalesce((SELECT jsonb_agg(to_jsonb(hits) - 'rank' ORDER BY rank) FROM hits), '[]') AS hits,
      jsonb_build_object(
        'licence', ${facet(sql.fragment`SELECT licence AS value FROM matches`)},
        'keyword', ${facet(sql.fragment`SELECT unnest(keywords) AS value FROM matches`)},
        'owner', ${facet(sql.fragment`SELECT owner AS value FROM matches`)},
        'format', ${facet(sql.fragment`SELECT unnest(formats) AS value FROM matches`)},
        'state', ${facet(sql.fragment`SELECT state AS value FROM matches`)}
      ) AS facets`;
}

type Query = SearchInput['query'];

/** What was typed counts more than what is spelled alike. A match further down in the text comes after all of these. */
function scoreOf(query: Query): FragmentSqlToken {
  if (query === null) return sql.fragment`0::real`;
  const { found, exact } = query;
  const weights = sql.fragment`'{0.05, 0.15, 0.5, 1}'`;
  const rank = (text: string) => sql.fragment`ts_rank(${weights}, lead, ${text}::tsquery)`;
  return exact === found ? rank(found) : sql.fragment`(${rank(exact)} + 0.3::real * ${rank(found)})`;
}

function conditionsOf(query: Query, filters: SearchFilters): FragmentSqlToken {
  const { kinds, owner, licence, keyword, format, state, minRows, maxBytes } = filters;
  const conditions = [
    query !== null && sql.fragment`words @@ ${query.found}::tsquery`,
    kinds !== null && sql.fragment`kind = ANY(${sql.array([...kinds], 'text')})`,
    owner !== null && sql.fragment`owner = ${owner}`,
    licence !== null && sql.fragment`licence = ${licence}`,
    keyword !== null && sql.fragment`${keyword} = ANY(keywords)`,
    format !== null && sql.fragment`${format} = ANY(formats)`,
    state !== null && sql.fragment`state = ${state}`,
    minRows !== null && sql.fragment`rows >= ${minRows}`,
    maxBytes !== null && sql.fragment`bytes <= ${maxBytes}`,
  ].filter((condition) => condition !== false);
  return conditions.length === 0
    ? sql.fragment`TRUE`
    : sql.fragment`${sql.join(conditions, sql.fragment` AND `)}`;
}

/** Only files, tables and columns have the least weight. */
function withinOf(query: Query): FragmentSqlToken {
  if (query === null || query.lexemes.length === 0) return sql.fragment`false`;
  return sql.fragment`tsvector_to_array(ts_filter(words, '{d}')) && ${sql.array([...query.lexemes], 'text')}`;
}

function markedOf(query: Query): FragmentSqlToken {
  if (query === null) return sql.fragment`'{}'::text[]`;
  return sql.fragment`ARRAY(
    SELECT word FROM unnest(tsvector_to_array(to_tsvector('simple',
      search_text(concat_ws(' ', title, name, subtitle, about, documents.owner, array_to_string(keywords, ' ')))))) word
    WHERE ts_lexize('english_stem', word) && ${sql.array([...query.lexemes], 'text')})`;
}

function facet(values: FragmentSqlToken): FragmentSqlToken {
  return sql.fragment`coalesce((
    SELECT jsonb_agg(jsonb_build_object('value', value, 'count', count) ORDER BY count DESC, value) FROM (
      SELECT value, count(*) AS count FROM (${values}) AS each WHERE value IS NOT NULL
      GROUP BY value ORDER BY count DESC, value LIMIT ${FACET_VALUES}
    ) most
  ), '[]')`;
}
