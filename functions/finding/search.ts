import { hash } from 'node:crypto';
import * as z from 'zod';
import { MIRROR_STATES } from '#shared/data/mirror-state.ts';
import { SearchFacets } from '#shared/data/search-facets.ts';
import { SEARCH_KINDS, SEARCH_SORTS } from '#shared/data/search-input.ts';
import { listFunction } from '#shared/http/list-function.ts';
import { text, timestamp } from '#shared/http/text.ts';
import { search as find } from '#shared/mirror/search/find.ts';
import { searchHit } from '#shared/mirror/search/search-hit.ts';

const id = z.int().min(1);
const KEYS = {
  relevance: z.tuple([z.number().min(0).max(1_000), id]),
  '-updated_at': z.tuple([timestamp, id]),
  name: z.tuple([text(8_192), id]),
  '-bytes': z.tuple([z.int().min(-1), id]),
};

const value = text(500).min(1).optional();
const lowerCase = value.transform((given) => given?.toLowerCase());
const number = z
  .string()
  .regex(/^(0|[1-9]\d{0,14})$/, { error: 'must be a whole number of at most 15 digits' })
  .transform(Number)
  .meta({ spells: { type: 'integer', minimum: 0, maximum: 999_999_999_999_999 } })
  .optional();
const Kinds = text(100)
  .regex(new RegExp(`^(${SEARCH_KINDS.join('|')})(,(${SEARCH_KINDS.join('|')}))*$`), {
    error: `must be of ${SEARCH_KINDS.join(', ')}, separated by commas`,
  })
  .transform((names) => names.split(',') as (typeof SEARCH_KINDS)[number][])
  .optional();

export const search = listFunction({
  name: 'search',
  path: '/search',
  summary: 'Datasets, files, tables and columns by what people type',
  filters: {
    q: text(1_000).default('').describe('Words, "phrases" and -words. Empty: all'),
    type: Kinds,
    owner: lowerCase,
    licence: value,
    keyword: value,
    format: lowerCase.describe('Extension of a file, in lower case'),
    state: z.enum(MIRROR_STATES).optional(),
    min_rows: number,
    max_bytes: number,
    sort: z.enum(SEARCH_SORTS).optional().describe('relevance, or -updated_at without q'),
  },
  key: 'hits',
  item: searchHit,
  more: { total: z.int(), total_exact: z.boolean(), facets: SearchFacets },
  order({ limit: _, cursor: __, ...query }) {
    const sort = sortOf(query);
    return {
      name: `${sort} ${hash('sha256', JSON.stringify(query), 'base64url').slice(0, 11)}`,
      keys: KEYS[sort],
    };
  },
  async read({ query, after, limit, db }) {
    const { q, type, owner, licence, keyword, format, state, min_rows, max_bytes } = query;
    const filters = {
      kinds: type ?? null,
      owner: owner ?? null,
      licence: licence ?? null,
      keyword: keyword ?? null,
      format: format ?? null,
      state: state ?? null,
      minRows: min_rows ?? null,
      maxBytes: max_bytes ?? null,
    };
    const found = await find(db, { text: q, filters, sort: sortOf(query), after, limit });
    return {
      rows: found.hits,
      keysOf: (hit) => [hit.key, hit.id],
      more: { total: found.total, total_exact: found.exact, facets: found.facets },
    };
  },
});

function sortOf({ q, sort }: { q: string; sort?: keyof typeof KEYS | undefined }) {
  return sort ?? (q.trim() === '' ? '-updated_at' : 'relevance');
}
