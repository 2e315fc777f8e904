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

/** Compared by bytes: a locale takes ten times as long. */
const value = (text: string) =>
  sql.fragment`${sql.identifier([text])} COLLATE "C" AS ${sql.identifier([text])}`;

/** The matches counted by each of what they have one value of, and by all their formats, which are few: read once. */
export const counted = sql.fragment`
  SELECT licence, owner, state, formats, count(*) AS count
  FROM (SELECT ${value('licence')}, ${value('owner')}, ${value('state')}, formats FROM matches) AS each
  GROUP BY GROUPING SETS (licence, owner, state, formats)`;

/** The most frequent values of each facet in the WITH queries `matches` and `counted`, as a jsonb object. */
export const facets = sql.fragment`
  jsonb_build_object(
    'licence', ${most(one('licence'))},
    'keyword', ${most(sql.fragment`
      SELECT value, count(*) AS count FROM (SELECT unnest(keywords) COLLATE "C" AS value FROM matches) AS each GROUP BY value`)},
    'owner', ${most(one('owner'))},
    'format', ${most(sql.fragment`
      SELECT value, sum(count)::int8 AS count FROM (SELECT unnest(formats) COLLATE "C" AS value, count FROM counted) AS each GROUP BY value`)},
    'state', ${most(one('state'))}
  )`;

function one(facet: string): FragmentSqlToken {
  return sql.fragment`SELECT ${sql.identifier([facet])} AS value, count FROM counted`;
}

function most(values: FragmentSqlToken): FragmentSqlToken {
  return sql.fragment`coalesce((
    SELECT jsonb_agg(jsonb_build_object('value', value, 'count', count) ORDER BY count DESC, value) FROM (
      SELECT value, count FROM (${values}) AS each WHERE value IS NOT NULL ORDER BY count DESC, value LIMIT ${FACET_VALUES}
    ) most
  ), '[]')`;
}
