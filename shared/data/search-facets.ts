import type { FragmentSqlToken } from 'slonik';
import * as z from 'zod';
import { sql } from './sql.ts';

const Facet = z.array(z.object({ value: z.string(), count: z.int() }));
export const SearchFacets = z.object({
  licence: Facet,
  keyword: Facet,
  owner: Facet,
  format: Facet,
  state: Facet,
});

const FACET_VALUES = 20;

/** The most frequent values of each facet in the WITH query `matches`, as a jsonb object. */
export const facets = sql.fragment`
  jsonb_build_object(
    'licence', ${facet(sql.fragment`licence`)},
    'keyword', ${facet(sql.fragment`unnest(keywords)`)},
    'owner', ${facet(sql.fragment`owner`)},
    'format', ${facet(sql.fragment`unnest(formats)`)},
    'state', ${facet(sql.fragment`state`)}
  )`;

/** Compared by bytes: a locale takes ten times as long. */
function facet(value: FragmentSqlToken): FragmentSqlToken {
  return sql.fragment`coalesce((
    SELECT jsonb_agg(jsonb_build_object('value', value, 'count', count) ORDER BY count DESC, value) FROM (
      SELECT value, count(*) AS count FROM (SELECT ${value} COLLATE "C" AS value FROM matches) AS each
      WHERE value IS NOT NULL GROUP BY value ORDER BY count DESC, value LIMIT ${FACET_VALUES}
    ) most
  ), '[]')`;
}
