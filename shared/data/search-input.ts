import type { MIRROR_STATES } from './mirror-state.ts';

export const SEARCH_KINDS = ['dataset', 'file', 'table', 'column'] as const;
export type SearchKind = (typeof SEARCH_KINDS)[number];
export const SEARCH_SORTS = ['relevance', '-updated_at', 'name', '-bytes'] as const;
export type SearchSort = (typeof SEARCH_SORTS)[number];

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
