import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import { noteMirrors } from './changes.ts';
import { sql } from './sql.ts';

export const MIRROR_STATES = [
  'queued',
  'downloading',
  'verifying',
  'extracting',
  'ready',
  'pending_upstream',
  'forbidden',
  'gone',
  'no_space',
  'failed',
] as const;
export type MirrorState = (typeof MIRROR_STATES)[number];

/** RFC 9457, as `last_error` and a sync's `error` hold it. */
export const StoredProblem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
  })
  .meta({ id: 'StoredProblem' });
export type StoredProblem = z.output<typeof StoredProblem>;

/** How a check of Kaggle went: what is known of the dataset there. */
export interface Checked {
  upstreamVersion: number;
  upstreamUpdatedAt: string | null;
  licence: string | null;
}

/** Nothing when the sync is another worker's by now, which may have heard something newer. */
export async function recordCheck(
  db: CommonQueryMethods,
  { id, fence, mirror_id }: { id: number; fence: number; mirror_id: number },
  checked: Checked,
): Promise<void> {
  await db.query(sql.prepared('record_check', z.strictObject({}))`
    UPDATE mirrors SET
      upstream_version = ${checked.upstreamVersion},
      upstream_updated_at = ${checked.upstreamUpdatedAt},
      licence = ${checked.licence}
    WHERE id = ${mirror_id}
      AND EXISTS (SELECT FROM syncs WHERE id = ${id} AND fence = ${fence} AND state = 'running')`);
}

/** How far the sync of this claim is; nothing when it is another worker's by now. */
export async function setMirrorState(
  db: CommonQueryMethods,
  { id, fence, mirror_id }: { id: number; fence: number; mirror_id: number },
  state: MirrorState,
): Promise<void> {
  await db.query(sql.prepared('set_mirror_state', z.strictObject({}))`
    UPDATE mirrors SET state = ${state} WHERE id = ${mirror_id}
      AND EXISTS (SELECT FROM syncs WHERE id = ${id} AND fence = ${fence} AND state = 'running')`);
}

/** A check that went through: everything wanted is on the volume. A failure that was told is told to be over. */
export async function setMirrorReady(db: CommonQueryMethods, mirrorId: number): Promise<void> {
  await db.query(sql.prepared('set_mirror_ready', z.strictObject({}))`
    WITH recovered AS (
      SELECT id AS mirror_id, version, NULL::jsonb AS error FROM mirrors
      WHERE id = ${mirrorId} AND told_failure IS NOT NULL
    ), noted AS (${noteMirrors('mirror.recovered', sql.fragment`recovered`)})
    UPDATE mirrors SET state = 'ready', stale = false, last_error = NULL, told_failure = NULL, checked_at = now()
    WHERE id = ${mirrorId}`);
}

/**
 * A check that did not: what is there goes on being served, and the state says why it may be old. It is told once, and
 * again when the reason is another one; a soft one is not told.
 */
export async function setMirrorFailed(
  db: CommonQueryMethods,
  mirrorId: number,
  { state, error, soft }: { state: MirrorState; error: StoredProblem; soft: boolean },
): Promise<void> {
  await db.query(sql.prepared('set_mirror_failed', z.strictObject({}))`
    WITH failed AS (
      SELECT id AS mirror_id, version, ${JSON.stringify(error)}::jsonb AS error FROM mirrors
      WHERE id = ${mirrorId} AND NOT ${soft}::boolean AND told_failure IS DISTINCT FROM ${error.type}
    ), noted AS (${noteMirrors('mirror.failed', sql.fragment`failed`)})
    UPDATE mirrors SET state = ${state}, stale = true, last_error = ${JSON.stringify(error)}::jsonb,
      told_failure = CASE WHEN ${soft}::boolean THEN told_failure ELSE ${error.type} END
    WHERE id = ${mirrorId}`);
}

const Wanted = z.object({ follows: z.boolean(), pinned: z.array(z.int()) });

/** Which versions the datasets of a mirror ask for: the newest when one of them pins none, and all pinned ones. */
export function wantedVersions(db: CommonQueryMethods, ref: string): Promise<z.output<typeof Wanted>> {
  return db.one(sql.prepared('wanted_versions', Wanted)`
    SELECT coalesce(bool_or(pinned_version IS NULL), false) AS follows,
      coalesce(array_agg(DISTINCT pinned_version ORDER BY pinned_version)
        FILTER (WHERE pinned_version IS NOT NULL), '{}') AS pinned
    FROM datasets WHERE mirror_ref = ${ref}`);
}

const Address = z.object({ source_url: z.string() });
const MAX_ADDRESSES = 1_000;

/** The addresses by which datasets name a mirror. */
export async function sourceUrls(db: CommonQueryMethods, ref: string): Promise<string[]> {
  const rows = await db.any(sql.prepared('source_urls', Address)`
    SELECT DISTINCT source_url FROM datasets WHERE mirror_ref = ${ref} ORDER BY source_url LIMIT ${MAX_ADDRESSES}`);
  return rows.map(({ source_url }) => source_url);
}
