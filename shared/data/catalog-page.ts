import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import { Description } from './metadata.ts';
import { sql } from './sql.ts';

/** Of one dataset: the archive of a version has the others. */
const FILES = 100;

const CatalogFile = z.object({
  path: z.string(),
  size: z.int(),
  sha256: z.string(),
  media_type: z.string(),
});

const CatalogRow = z.object({
  id: z.int(),
  name: z.string(),
  description: z.string().nullable(),
  source_url: z.string().nullable(),
  created_at: z.string(),
  updated_at: z.string(),
  ref: z.string().nullable(),
  licence: z.string().nullable(),
  version: z.int().nullable(),
  version_at: z.string().nullable(),
  said: Description.nullable(),
  files: z.array(CatalogFile),
  tables: z.array(z.object({ name: z.string(), path: z.string(), size: z.int(), sha256: z.string() })),
});
export type CatalogRow = z.output<typeof CatalogRow>;

/** Datasets by id, each with its latest version, as far as it has one. */
export function catalogPage(
  db: CommonQueryMethods,
  { after, limit, tables }: { after: number; limit: number; tables: boolean },
): Promise<readonly CatalogRow[]> {
  return db.any(sql.prepared('catalog_page', CatalogRow)`
    SELECT d.id, d.name, d.description, d.source_url, d.created_at, d.updated_at, m.ref, m.licence, v.number AS version,
      coalesce(v.created_at, v.fetched_at) AS version_at,
      CASE WHEN d.pinned_version IS NULL THEN coalesce(of_mirror.description, of_version.description)
        ELSE coalesce(of_version.description, of_mirror.description) END AS said,
      coalesce((
        SELECT jsonb_agg(to_jsonb(one)) FROM (
          SELECT path, size, encode(sha256, 'hex') AS sha256, media_type FROM files
          WHERE version_id = v.id ORDER BY path LIMIT ${FILES}) one
      ), '[]') AS files,
      coalesce((
        SELECT jsonb_agg(to_jsonb(one)) FROM (
          SELECT name, path, parquet_bytes AS size, encode(parquet_sha256, 'hex') AS sha256 FROM tables
          WHERE version_id = v.id AND state = 'ready' AND ${tables} ORDER BY name LIMIT ${FILES}) one
      ), '[]') AS tables
    FROM datasets d
    LEFT JOIN mirrors m ON m.ref = d.mirror_ref
    LEFT JOIN versions v ON v.mirror_id = m.id AND v.number = coalesce(d.pinned_version, m.version) AND v.state = 'ready'
    LEFT JOIN mirror_metadata of_mirror ON of_mirror.mirror_id = m.id
    LEFT JOIN version_metadata of_version ON of_version.version_id = v.id
    WHERE d.id > ${after} ORDER BY d.id LIMIT ${limit}`);
}
