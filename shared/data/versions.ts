import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import { noteMirrors } from './changes.ts';
import { forgetMetadata } from './metadata.ts';
import { sql } from './sql.ts';
import { upToBytes } from './up-to-bytes.ts';
import { READER_LEASE_SECONDS } from './version-readers.ts';

export const VersionRow = z.object({
  id: z.int(),
  version: z.int(),
  state: z.enum(['ready', 'removed']),
  created_at: z.string().nullable(),
  fetched_at: z.string(),
  total_bytes: z.int(),
  file_count: z.int(),
  tree_sha256: z.string(),
  notes: z.string().nullable(),
  /** Of the zip of all files, in base64; null for what was mirrored before sums were kept. */
  archive_md5: z.string().nullable(),
});
export type VersionRow = z.output<typeof VersionRow>;

const MAX_VERSION = 2_147_483_647;

const columns = sql.fragment`
  id, number AS version, state, created_at, fetched_at, total_bytes, file_count,
  encode(tree_sha256, 'hex') AS tree_sha256, notes,
  CASE WHEN archive_of = tree_sha256 THEN encode(archive_md5, 'base64') END AS archive_md5`;
/** A subquery: the versions of a join would be sorted, all of a mirror's for one page. */
const isOf = (ref: string) => sql.fragment`mirror_id = (SELECT mirrors.id FROM mirrors WHERE ref = ${ref})`;
const names = sql.fragment`
  id, version, state, created_at, fetched_at, total_bytes, file_count, tree_sha256, notes, archive_md5`;

export function findVersion(
  db: CommonQueryMethods,
  ref: string,
  version: number,
): Promise<VersionRow | null> {
  return db.maybeOne(sql.prepared('find_version', VersionRow)`
    SELECT ${columns} FROM versions WHERE ${isOf(ref)} AND number = ${version}`);
}

/** The newest on the volume. */
export function latestVersion(db: CommonQueryMethods, ref: string): Promise<VersionRow | null> {
  return db.maybeOne(sql.prepared('latest_version', VersionRow)`
    SELECT ${columns} FROM versions WHERE ${isOf(ref)} AND state = 'ready' ORDER BY number DESC LIMIT 1`);
}

/** Newest first, those that were removed too. It may end before `limit` as `upToBytes` says. */
export function listVersions(
  db: CommonQueryMethods,
  ref: string,
  { before, limit }: { before: number | null; limit: number },
): Promise<readonly VersionRow[]> {
  const select = sql.fragment`
    SELECT ${columns} FROM versions WHERE ${isOf(ref)}
      AND number <= ${before === null ? MAX_VERSION : before - 1} ORDER BY number DESC LIMIT ${limit}`;
  const bytes = sql.fragment`coalesce(octet_length(notes), 0)`;
  return db.any(sql.prepared('list_versions', VersionRow)`
    ${upToBytes({ select, columns: names, order: sql.fragment`version DESC`, bytes })}`);
}

/** Of a row of versions that is removed: long enough ago, and no one reads it any more. */
export function isExpired(graceHours: number) {
  return sql.fragment`(removed_at <= now() - greatest(make_interval(hours => ${graceHours}),
      make_interval(secs => ${READER_LEASE_SECONDS}))
    AND NOT EXISTS (SELECT FROM version_readers WHERE version_id = versions.id AND expires_at > now()))`;
}

const Held = z.object({
  id: z.int(),
  version: z.int(),
  state: z.enum(['ready', 'removed']),
  damaged: z.boolean(),
  /** Removed long enough ago, and no one reads it any more. */
  expired: z.boolean(),
  /** Of the dataset that had this name before: what is in its place on the volume is not its own. */
  replaced: z.boolean(),
});
export type HeldVersion = z.output<typeof Held>;

/** All versions of a mirror that are recorded, newest first. */
export function heldVersions(
  db: CommonQueryMethods,
  mirrorId: number,
  graceHours: number,
): Promise<readonly HeldVersion[]> {
  return db.any(sql.prepared('held_versions', Held)`
    SELECT versions.id, number AS version, versions.state, damaged,
      fetched_at < coalesce(replaced_at, '-infinity') AS replaced,
      versions.state = 'removed' AND ${isExpired(graceHours)} AS expired
    FROM versions JOIN mirrors ON mirrors.id = mirror_id WHERE mirror_id = ${mirrorId} ORDER BY number DESC`);
}

export interface NewVersion {
  mirrorId: number;
  version: number;
  totalBytes: number;
  fileCount: number;
  treeSha256: string;
  notes: string | null;
  createdAt: string | null;
  /** In base64. */
  archiveMd5: string | null;
}

const Upserted = z.object({ id: z.int(), fresh: z.boolean() });

/**
 * Records a version as on the volume; its files are to be recorded anew in the same transaction. It was fetched when it
 * last changed, unless it is of another dataset than before: what was fetched earlier is not its own. `fresh` says that
 * it was not there before as it is now.
 */
export function upsertVersion(
  db: CommonQueryMethods,
  version: NewVersion,
): Promise<z.output<typeof Upserted>> {
  return db.one(sql.prepared('upsert_version', Upserted)`
    WITH earlier AS (
      SELECT tree_sha256 FROM versions
      WHERE mirror_id = ${version.mirrorId} AND number = ${version.version} AND state = 'ready'
    )
    INSERT INTO versions (mirror_id, number, total_bytes, file_count, tree_sha256, notes, created_at, archive_md5, archive_of)
    VALUES (${version.mirrorId}, ${version.version}, ${version.totalBytes}, ${version.fileCount},
      decode(${version.treeSha256}, 'hex'), ${version.notes}, ${version.createdAt},
      decode(${version.archiveMd5}, 'base64'), decode(${version.treeSha256}, 'hex'))
    ON CONFLICT (mirror_id, number) DO UPDATE SET state = 'ready', removed_at = NULL, damaged = false,
      total_bytes = excluded.total_bytes, file_count = excluded.file_count, tree_sha256 = excluded.tree_sha256,
      notes = excluded.notes, created_at = excluded.created_at, verified_at = now(),
      archive_md5 = excluded.archive_md5, archive_of = excluded.archive_of,
      tables_ended_at = CASE
        WHEN versions.state = 'ready' AND versions.tree_sha256 = excluded.tree_sha256 THEN versions.tables_ended_at END,
      fetched_at = CASE
        WHEN versions.tree_sha256 = excluded.tree_sha256 AND versions.fetched_at >=
          (SELECT coalesce(replaced_at, '-infinity') FROM mirrors WHERE id = versions.mirror_id)
        THEN versions.fetched_at ELSE now() END
    RETURNING id, NOT EXISTS (SELECT FROM earlier WHERE earlier.tree_sha256 = versions.tree_sha256) AS fresh`);
}

/** Notes that a version is ready. The caller has locked its mirror. */
export async function noteReady(tx: CommonQueryMethods, id: number): Promise<void> {
  await tx.query(sql.prepared('note_ready', z.strictObject({}))`
    WITH ready AS (SELECT mirror_id, number AS version, NULL::jsonb AS error FROM versions WHERE id = ${id})
    ${noteMirrors('version.ready', sql.fragment`ready`)}`);
}

/** Sets `mirrors.version` to the newest version that is ready; a check and a sweep that change nothing write nothing. */
export async function refreshNewest(db: CommonQueryMethods, mirrorId: number): Promise<void> {
  await db.query(sql.prepared('refresh_newest', z.strictObject({}))`
    UPDATE mirrors SET version = newest.number
    FROM (SELECT max(number) AS number FROM versions WHERE mirror_id = ${mirrorId} AND state = 'ready') AS newest
    WHERE id = ${mirrorId} AND version IS DISTINCT FROM newest.number`);
}

export async function markRemoved(db: CommonQueryMethods, id: number): Promise<void> {
  await db.query(sql.prepared('mark_removed', z.strictObject({}))`
    WITH removed AS (
      UPDATE versions SET state = 'removed', removed_at = now() WHERE id = ${id} AND state = 'ready'
      RETURNING mirror_id, number AS version, NULL::jsonb AS error
    ) ${noteMirrors('version.removed', sql.fragment`removed`)}`);
}

export async function markVerified(db: CommonQueryMethods, id: number, damaged: boolean): Promise<void> {
  await db.query(sql.prepared('mark_verified', z.strictObject({}))`
    UPDATE versions SET verified_at = now(), damaged = ${damaged} WHERE id = ${id}`);
}

/** Version rows stay as history; the rows of their files, tables and metadata go with the bytes. */
export async function forgetFiles(db: CommonQueryMethods, id: number): Promise<void> {
  await db.query(
    sql.prepared('forget_tables', z.strictObject({}))`DELETE FROM tables WHERE version_id = ${id}`,
  );
  await db.query(
    sql.prepared('forget_files', z.strictObject({}))`DELETE FROM files WHERE version_id = ${id}`,
  );
  await forgetMetadata(db, [id]);
}
