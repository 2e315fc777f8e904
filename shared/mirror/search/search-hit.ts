import * as z from 'zod';
import { SEARCH_KINDS } from '#shared/data/search-input.ts';
import { type Representation, represent } from '#shared/http/representation.ts';
import type { SearchHit } from './find.ts';
import { hasMarked, snippetOf } from './highlight.ts';

const Hit = z
  .object({
    type: z.enum(SEARCH_KINDS),
    dataset_id: z.int().nullable(),
    ref: z.string().nullable().describe('owner/slug'),
    title: z.string().describe('Plain text'),
    snippet: z.string().describe('HTML: <mark> around what matched, all else escaped'),
    matched: z
      .array(z.enum(['name', 'title', 'subtitle', 'description', 'keywords', 'owner', 'contents']))
      .describe('Where; contents are names of files, tables and columns'),
    path: z.string().nullable(),
    table: z.string().nullable(),
    column: z.string().nullable(),
    score: z.number(),
  })
  .meta({ id: 'SearchHit' });

/** A hit as the API shows it. */
export const searchHit: Representation<SearchHit> = represent(Hit, presentHit);

export function presentHit(hit: SearchHit): z.output<typeof Hit> {
  const {
    kind,
    dataset_id,
    ref,
    path,
    table_name,
    column_name,
    name,
    title,
    subtitle,
    about,
    owner,
    marked,
  } = hit;
  const fields = {
    name: hasMarked(name, marked),
    title: kind === 'dataset' && title !== name && hasMarked(title, marked),
    subtitle: hasMarked(subtitle, marked),
    description: hasMarked(about, marked),
    keywords: kind === 'dataset' && hit.keywords.some((keyword) => hasMarked(keyword, marked)),
    owner: kind === 'dataset' && hasMarked(owner, marked),
    contents: hit.within,
  };
  return {
    type: kind,
    dataset_id,
    ref,
    title,
    snippet: snippetOf([subtitle, about, title], marked),
    matched: Object.entries(fields).flatMap(([field, found]) =>
      found ? [field as keyof typeof fields] : [],
    ),
    path,
    table: table_name,
    column: column_name,
    score: hit.score,
  };
}
