import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import { type DatasetCard, datasetCards } from '#shared/data/dataset-cards.ts';
import type { MirrorState } from '#shared/data/mirror-state.ts';
import { encodeCursor, parseCursor } from '#shared/http/cursor.ts';
import { timestamp } from '#shared/http/text.ts';
import { type SearchResult, search } from '#shared/mirror/search/find.ts';
import { address } from './addresses.ts';
import { given, type Wanted } from './pages/search-results.ts';

const id = z.int().min(1);
const KEYS = {
  relevance: z.tuple([z.number().min(0).max(1_000), id]),
  '-updated_at': z.tuple([timestamp, id]),
};

interface Asked {
  wanted: Wanted & { state: MirrorState | null };
  cursor: string | undefined;
  limit: number;
}

/** What is found, the datasets that it is of, and where more of it is. @throws {Problem} for a cursor of another search */
export async function findPage(
  db: CommonQueryMethods,
  { wanted, cursor, limit }: Asked,
): Promise<{ found: SearchResult; cards: ReadonlyMap<number, DatasetCard>; next: string | null }> {
  const { q, owner, licence, keyword, format, state } = wanted;
  const sort = q.trim() === '' ? '-updated_at' : 'relevance';
  const name = `find ${JSON.stringify(wanted)}`;
  const after =
    cursor === undefined
      ? null
      : parseCursor(name, cursor, KEYS[sort] as z.ZodType<[string | number, number]>);
  const filters = {
    kinds: null,
    owner: owner?.toLowerCase() ?? null,
    licence,
    keyword,
    format: format?.toLowerCase() ?? null,
    state,
    minRows: null,
    maxBytes: null,
  };
  const found = await search(db, { text: q, filters, sort, after, limit: limit + 1 });
  const hits = found.hits.slice(0, limit);
  const last = found.hits.length > limit ? hits.at(-1) : undefined;
  const ids = [...new Set(hits.flatMap(({ dataset_id }) => dataset_id ?? []))];
  return {
    found: { ...found, hits },
    cards: await datasetCards(db, ids),
    next: last ? address('/ui', { ...given(wanted), cursor: encodeCursor(name, [last.key, last.id]) }) : null,
  };
}
