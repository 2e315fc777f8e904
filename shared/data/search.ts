import type { CommonQueryMethods, FragmentSqlToken } from 'slonik';
import * as z from 'zod';
import { counted, facets, SearchFacets } from './search-facets.ts';
import { SEARCH_KINDS, type SearchInput } from './search-input.ts';
import { matchesOf } from './search-matches.ts';
import { ORDERS } from './search-order.ts';
import { sql } from './sql.ts';

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
});

const Settings = z.object({ settings: z.string() });
const Found = z.object({
  total: z.int(),
  hits: z.array(SearchHit),
  facets: SearchFacets,
  /** Words of documents, in lower case, that the query means. */
  spellings: z.array(z.string()),
});
export type Found = z.output<typeof Found>;

const MOST_SPELLINGS = 1_000;

/** One page of hits, how many there are in all (one more than MAX_MATCHES: more than that), and the facets. */
export function searchDocuments(db: CommonQueryMethods, input: SearchInput): Promise<Found> {
  return db.transaction(async (tx) => {
    // The planner thinks reading the texts of all documents cheap. It is not. Nor is a second process for one search.
    await tx.query(sql.prepared('search_settings', Settings)`
      SELECT concat(set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true),
        set_config('work_mem', '32MB', true), set_config('max_parallel_workers_per_gather', '0', true)) AS settings`);
    return tx.one(sql.type(Found)`${statement(input)}`);
  });
}

function statement(input: SearchInput): FragmentSqlToken {
  const { query, sort, after, limit } = input;
  const { written, by, isAfter } = ORDERS[sort];
  return sql.fragment`
    WITH matches AS MATERIALIZED (${matchesOf(input)}), page AS MATERIALIZED (
      SELECT id, key, score FROM matches WHERE ${after === null ? sql.fragment`TRUE` : isAfter(...after)}
      ORDER BY ${by} LIMIT ${limit}
    ), counted AS MATERIALIZED (${counted}), ranked AS (SELECT *, row_number() OVER (ORDER BY ${by}) AS rank FROM page
    ), hits AS (
      SELECT rank, documents.id, ${written} AS key, kind, coalesce(dataset_id, named.id) AS dataset_id, mirrors.ref, path,
        table_name, column_name, name, title, subtitle, about, documents.owner, keywords, score,
        ${withinOf(query)} AS within
      FROM ranked JOIN search_documents documents ON documents.id = ranked.id LEFT JOIN mirrors ON mirrors.id = mirror_id
      LEFT JOIN LATERAL (
        SELECT datasets.id FROM datasets WHERE dataset_id IS NULL AND mirror_ref = mirrors.ref
        ORDER BY coalesce(pinned_version, mirrors.version) = mirrors.version DESC, datasets.id LIMIT 1
      ) named ON true
    )
    SELECT (SELECT count(*) FROM matches) AS total,
      coalesce((SELECT jsonb_agg(to_jsonb(hits) - 'rank' ORDER BY rank) FROM hits), '[]') AS hits,
      ${facets} AS facets, ${spellingsOf(query)} AS spellings`;
}

/** Only files, tables and columns have the least weight. */
function withinOf(query: SearchInput['query']): FragmentSqlToken {
  if (query === null || query.lexemes.length === 0) return sql.fragment`false`;
  return sql.fragment`tsvector_to_array(ts_filter(words, '{d}')) && ${sql.array([...query.lexemes], 'text')}`;
}

/** Numbers and very long words are no words of documents, and spelled as their lexemes. */
function spellingsOf(query: SearchInput['query']): FragmentSqlToken {
  if (query === null) return sql.fragment`'{}'::text[]`;
  const lexemes = sql.array([...query.lexemes], 'text');
  return sql.fragment`${lexemes} || ARRAY(
    SELECT word FROM search_words WHERE (ts_lexize('english_stem', word))[1] = ANY(${lexemes}) LIMIT ${MOST_SPELLINGS})`;
}
