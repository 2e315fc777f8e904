import * as z from 'zod';
import type { KaggleSearch } from '#shared/data/kaggle-search.ts';
import { LICENCE_GROUPS } from '#shared/data/kaggle-search.ts';
import { encodeCursor, parseCursor } from '#shared/http/cursor.ts';
import { PAGE_TOKEN, type searchFields } from './request-fields.ts';

type Asked = z.output<z.ZodObject<typeof searchFields>>;

const EXTENSIONS: Record<string, readonly string[]> = {
  csv: ['csv', 'tsv'],
  sqlite: ['sqlite', 'sqlite3', 'db'],
  json: ['json', 'jsonl', 'ndjson'],
  parquet: ['parquet'],
  bigquery: [],
};
/** Lists that are not of one user's own: this mirror knows of no user's. */
const OF_ALL = new Set(['', 'public', 'user', 'all']);
const MOST_WORDS = 20;
const ORDER = 'kaggle datasets';
const Keys = z.tuple([z.int().min(0).max(1_000_000_000)]);

/**
 * What a list of datasets is to hold; null for a list that is empty here.
 * @throws {Problem} validation-failed for a token that no list gave
 */
export function searchFilters(asked: Asked): KaggleSearch | null {
  if (!OF_ALL.has(plain(asked.group))) return null;
  const [offset] =
    asked.pageToken === null
      ? [(asked.page - 1) * asked.pageSize]
      : parseCursor(ORDER, asked.pageToken, Keys, PAGE_TOKEN);
  const licence = plain(asked.license);
  return {
    words: (asked.search ?? '').toLowerCase().split(/\s+/).filter(Boolean).slice(0, MOST_WORDS),
    owner: asked.user?.toLowerCase() ?? null,
    licence: LICENCE_GROUPS.find((group) => group === licence) ?? null,
    extensions: EXTENSIONS[plain(asked.fileType)] ?? null,
    minBytes: asked.minSize,
    maxBytes: asked.maxSize,
    order: plain(asked.sortBy) === 'published' ? 'published' : 'updated',
    offset,
    limit: asked.pageSize + 1,
  };
}

/** For the page that begins at `offset`. */
export function listToken(offset: number): string {
  return encodeCursor(ORDER, [offset]);
}

/** `DATASET_SORT_BY_UPDATED` and `updated` are the same. */
function plain(value: string | null): string {
  return (value ?? '')
    .toLowerCase()
    .replace(/^dataset_(sort_by|file_type_group|license_group|selection_group)_/, '')
    .replaceAll('_', '');
}
