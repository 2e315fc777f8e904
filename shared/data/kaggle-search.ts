import type { CommonQueryMethods, FragmentSqlToken } from 'slonik';
import * as z from 'zod';
import { KaggleRow } from './kaggle-catalogue.ts';
import { sql } from './sql.ts';

/** A dataset of which a version is on the volume, as a list shows it. */
const FoundRow = KaggleRow.pick({
  mirror_id: true,
  upstream_id: true,
  owner: true,
  slug: true,
  ref: true,
  name: true,
  licence: true,
  newest: true,
  kaggle: true,
}).extend({ total_bytes: z.int(), updated_at: z.string() });
export type FoundRow = z.output<typeof FoundRow>;

export const LICENCE_GROUPS = ['cc', 'gpl', 'odb', 'other'] as const;
type LicenceGroup = (typeof LICENCE_GROUPS)[number];

/** What the names of licences at Kaggle have in them. */
const LICENCES: Record<Exclude<LicenceGroup, 'other'>, string> = {
  cc: '\\mCC',
  gpl: '\\m[AL]?GPL',
  odb: 'Open Database|ODbL|Open Data Commons',
};

export interface KaggleSearch {
  /** All of them have to be in the ref, our name or description, or Kaggle's title, subtitle or keywords. Lower case. */
  words: readonly string[];
  /** Lower case. */
  owner: string | null;
  licence: LicenceGroup | null;
  /** One of its files has one of these extensions. */
  extensions: readonly string[] | null;
  minBytes: number | null;
  maxBytes: number | null;
  /** `updated`: by the date of the newest version; `published`: by when it was registered here. The newest first. */
  order: 'updated' | 'published';
  offset: number;
  limit: number;
}

const ORDERS = {
  updated: sql.fragment`coalesce(versions.created_at, fetched_at) DESC, ref`,
  published: sql.fragment`named.created_at DESC, ref`,
};

export function searchKaggleDatasets(
  db: CommonQueryMethods,
  search: KaggleSearch,
): Promise<readonly FoundRow[]> {
  return db.any(sql.type(FoundRow)`
    SELECT mirrors.id AS mirror_id, upstream_id, owner, slug, ref, name, licence, version AS newest, total_bytes,
      mirror_metadata.description AS kaggle,
      coalesce(versions.created_at, fetched_at) AS updated_at
    FROM mirrors
    LEFT JOIN mirror_metadata ON mirror_metadata.mirror_id = mirrors.id
    JOIN versions ON versions.mirror_id = mirrors.id AND number = version AND versions.state = 'ready'
    JOIN LATERAL (
      SELECT name, description, created_at FROM datasets WHERE mirror_ref = ref ORDER BY id LIMIT 1
    ) AS named ON true
    WHERE ${sql.join(conditions(search), sql.fragment` AND `)}
    ORDER BY ${ORDERS[search.order]} LIMIT ${search.limit} OFFSET ${search.offset}`);
}

function conditions({
  words,
  owner,
  licence,
  extensions,
  minBytes,
  maxBytes,
}: KaggleSearch): FragmentSqlToken[] {
  const texts = sql.fragment`lower(concat_ws(' ', ref, name, named.description,
    mirror_metadata.description ->> 'title', mirror_metadata.description ->> 'subtitle',
    mirror_metadata.description ->> 'keywords'))`;
  return [
    sql.fragment`TRUE`,
    ...words.map((word) => sql.fragment`strpos(${texts}, ${word}) > 0`),
    ...(owner === null ? [] : [sql.fragment`owner = ${owner}`]),
    ...(licence === null ? [] : [isOf(licence)]),
    ...(extensions === null ? [] : [hasFile(extensions)]),
    ...(minBytes === null ? [] : [sql.fragment`total_bytes >= ${minBytes}`]),
    ...(maxBytes === null ? [] : [sql.fragment`total_bytes <= ${maxBytes}`]),
  ];
}

function isOf(licence: LicenceGroup): FragmentSqlToken {
  if (licence !== 'other') return sql.fragment`licence ~* ${LICENCES[licence]}`;
  return sql.fragment`coalesce(licence, '') !~* ${Object.values(LICENCES).join('|')}`;
}

function hasFile(extensions: readonly string[]): FragmentSqlToken {
  return sql.fragment`EXISTS (
    SELECT FROM files WHERE version_id = versions.id
      AND lower(substring(path FROM '\\.([^./]+)$')) = ANY(${sql.array(extensions, 'text')}))`;
}
