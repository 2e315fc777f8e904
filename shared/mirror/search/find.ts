import type { CommonQueryMethods } from 'slonik';
import { type Found, searchDocuments } from '#shared/data/search.ts';
import type { SearchFilters, SearchInput } from '#shared/data/search-input.ts';
import { MAX_MATCHES } from '#shared/data/search-matches.ts';
import { findTerms } from '#shared/data/search-terms.ts';
import { composeQuery } from './compose-query.ts';
import { parseQuery } from './parse-query.ts';

export interface Search {
  /** What was typed; empty finds all that the filters admit. */
  text: string;
  filters: SearchFilters;
  sort: SearchInput['sort'];
  after: SearchInput['after'];
  limit: number;
}

/** A document that was found, and the words that are marked in its texts, in lower case. */
export type SearchHit = Found['hits'][number] & { marked: ReadonlySet<string> };

export interface SearchResult {
  hits: readonly SearchHit[];
  facets: Found['facets'];
  total: number;
  /** False: there are more matches than are counted. */
  exact: boolean;
}

const NOTHING: SearchResult = {
  hits: [],
  total: 0,
  exact: true,
  facets: { licence: [], keyword: [], owner: [], format: [], state: [] },
};

/** Datasets, files, tables and columns by what people type. Without one word to look for nothing is found. */
export async function search(db: CommonQueryMethods, { text, ...input }: Search): Promise<SearchResult> {
  const terms = parseQuery(text);
  const query = terms.length === 0 ? null : composeQuery(terms, await findTerms(db, terms));
  if (query === null && text.trim() !== '') return NOTHING;
  const { total, hits, facets, spellings } = await searchDocuments(db, { query, ...input });
  const { licence, keyword, owner, format, state } = facets;
  const marked = new Set(spellings);
  return {
    hits: hits.map((hit) => ({ ...hit, marked })),
    total: Math.min(total, MAX_MATCHES),
    exact: total <= MAX_MATCHES,
    facets: { licence, keyword, owner, format, state },
  };
}
