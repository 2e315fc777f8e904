import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import { noteMirrors } from './changes.ts';
import { lockMirrors } from './mirrors.ts';
import { sql } from './sql.ts';
import type { Claim } from './sync-queue.ts';

const Identity = z.object({
  /** Kaggle's number of the dataset; null while it is not known. */
  upstream_id: z.int().nullable(),
  /** The newest version of it that was recorded, and when Kaggle made it. */
  version: z.int().nullable(),
  created_at: z.string().nullable(),
  /** What an earlier dataset left on the volume was not cleared to the end. */
  clearing: z.boolean(),
});
export type Identity = z.output<typeof Identity>;

/** By what the dataset of a mirror is known at Kaggle. */
export function findIdentity(db: CommonQueryMethods, mirrorId: number): Promise<Identity> {
  return db.one(sql.prepared('find_identity', Identity)`
    SELECT upstream_id, newest.number AS version, newest.created_at, clearing
    FROM mirrors LEFT JOIN LATERAL (
      SELECT number, created_at FROM versions
      WHERE mirror_id = mirrors.id AND fetched_at >= coalesce(replaced_at, '-infinity')
      ORDER BY number DESC LIMIT 1
    ) newest ON true
    WHERE mirrors.id = ${mirrorId}`);
}

/** Keeps the first number that is seen. */
export async function adoptUpstream(
  db: CommonQueryMethods,
  mirrorId: number,
  upstreamId: number,
): Promise<void> {
  await db.query(sql.prepared('adopt_upstream', z.strictObject({}))`
    UPDATE mirrors SET upstream_id = ${upstreamId} WHERE id = ${mirrorId} AND upstream_id IS NULL`);
}

const Accepted = z.object({ accepted: z.boolean() });

/**
 * Has a mirror be of `upstreamId` from now on, if its sync may take another dataset for the one to mirror: it was asked
 * to, or nothing of the one before is served. All versions leave the catalogue. False when it may not, null when the
 * sync is not ours any more.
 */
export function replaceUpstream(
  db: CommonQueryMethods,
  claim: Claim,
  upstreamId: number | null,
): Promise<boolean | null> {
  return db.transaction(async (tx) => {
    // Before the mirror, as recordVersion has it.
    await tx.query(sql.prepared('lock_versions', z.strictObject({}))`
      SELECT FROM versions WHERE mirror_id = ${claim.mirror_id} ORDER BY id FOR NO KEY UPDATE`);
    await lockMirrors(tx, [claim.ref]);
    const accepted = await isAccepted(tx, claim);
    if (accepted) await removeVersions(tx, claim.mirror_id, upstreamId);
    return accepted;
  });
}

/** Locks the sync. */
async function isAccepted(tx: CommonQueryMethods, { id, fence, mirror_id }: Claim): Promise<boolean | null> {
  const row = await tx.maybeOne(sql.prepared('is_replacement_accepted', Accepted)`
    SELECT accept_replacement OR NOT EXISTS (
      SELECT FROM versions WHERE mirror_id = ${mirror_id} AND state = 'ready') AS accepted
    FROM syncs WHERE id = ${id} AND fence = ${fence} AND state = 'running' FOR UPDATE`);
  return row?.accepted ?? null;
}

async function removeVersions(
  tx: CommonQueryMethods,
  mirrorId: number,
  upstreamId: number | null,
): Promise<void> {
  await tx.query(sql.prepared('keep_replaced_versions', z.strictObject({}))`
    INSERT INTO replaced_versions
      (mirror_id, upstream_id, number, total_bytes, file_count, tree_sha256, notes, created_at, fetched_at)
    SELECT mirror_id, upstream_id, number, total_bytes, file_count, tree_sha256, notes, created_at, fetched_at
    FROM versions JOIN mirrors ON mirrors.id = mirror_id
    WHERE mirror_id = ${mirrorId} AND fetched_at >= coalesce(replaced_at, '-infinity')`);
  await tx.query(sql.prepared('remove_replaced_versions', z.strictObject({}))`
    WITH removed AS (
      UPDATE versions SET state = 'removed', removed_at = now() WHERE mirror_id = ${mirrorId} AND state = 'ready'
      RETURNING mirror_id, number AS version, NULL::jsonb AS error
    ) ${noteMirrors('version.removed', sql.fragment`removed`)}`);
  await tx.query(sql.prepared('forget_described_of_mirror', z.strictObject({}))`
    DELETE FROM described_files USING versions WHERE versions.id = version_id AND mirror_id = ${mirrorId}`);
  await tx.query(sql.prepared('forget_metadata_of_mirror', z.strictObject({}))`
    DELETE FROM version_metadata USING versions WHERE versions.id = version_id AND mirror_id = ${mirrorId}`);
  await tx.query(sql.prepared('replace_upstream', z.strictObject({}))`
    UPDATE mirrors SET upstream_id = ${upstreamId}, version = NULL, replaced_at = now(), clearing = true
    WHERE id = ${mirrorId}`);
}

/** Nothing of the dataset before is in the place of the new one's versions any more. */
export async function setCleared(db: CommonQueryMethods, mirrorId: number): Promise<void> {
  await db.query(sql.prepared('set_cleared', z.strictObject({}))`
    UPDATE mirrors SET clearing = false WHERE id = ${mirrorId}`);
}
