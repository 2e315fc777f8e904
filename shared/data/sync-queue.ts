import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import { dueMirrors, inPages, inScope, isNamed, type Scope } from './due-mirrors.ts';
import type { StoredProblem } from './mirror-state.ts';
import { sql } from './sql.ts';
import type { Phase } from './syncs.ts';

const Claim = z.object({
  id: z.int(),
  fence: z.int(),
  attempts: z.int(),
  mirror_id: z.int(),
  owner: z.string(),
  slug: z.string(),
  ref: z.string(),
  sample: z.boolean(),
  traceparent: z.string().nullable(),
});
/** A sync that this worker holds: it may write under its fence until another one has a higher. */
export type Claim = z.output<typeof Claim>;

/** Queues a sync for every mirror that a dataset names, unless it has one already. */
export async function queueDue(db: CommonQueryMethods, scope: Scope): Promise<void> {
  for (const ids of inPages(await dueMirrors(db, scope))) {
    await db.query(sql.prepared('queue_due', z.strictObject({}))`
      WITH locked AS MATERIALIZED (
        SELECT id FROM mirrors WHERE id = ANY(${sql.array(ids, 'int4')}) AND ${isNamed}
        ORDER BY ref FOR NO KEY UPDATE
      )
      INSERT INTO syncs (mirror_id)
      SELECT id FROM locked JOIN unnest(${sql.array(ids, 'int4')}) WITH ORDINALITY AS due (id, place) USING (id)
      ORDER BY place
      ON CONFLICT (mirror_id) WHERE state IN ('queued', 'running') DO NOTHING`);
  }
}

/** Takes the next sync that waits, or whose holder shows no sign of life; null when there is none. Time is the database's. */
export function claimSync(
  db: CommonQueryMethods,
  scope: Scope & { leaseSeconds: number },
): Promise<Claim | null> {
  const { refs, run = null, leaseSeconds } = scope;
  return db.maybeOne(sql.prepared('claim_sync', Claim)`
    SELECT claimed.id, fence, attempts, mirror_id, owner, slug, ref, sample, traceparent
    FROM claim_sync(${run}, ${refs === null ? null : sql.array(refs, 'text')}, make_interval(secs => ${leaseSeconds})) AS claimed
    JOIN mirrors ON mirrors.id = mirror_id`);
}

const Active = z.object({ id: z.int(), ref: z.string() });

/** The syncs of a run that have not ended, here or elsewhere. */
export function listActive(
  db: CommonQueryMethods,
  scope: Scope,
): Promise<readonly z.output<typeof Active>[]> {
  return db.any(sql.type(Active)`
    SELECT syncs.id, ref FROM syncs JOIN mirrors ON mirrors.id = mirror_id
    WHERE syncs.state IN ('queued', 'running') AND ${inScope(scope)} ORDER BY syncs.id`);
}

const Ended = z.object({ ref: z.string(), state: z.string(), reason: z.string().nullable() });

/** How syncs went that have ended. */
export function listEnded(
  db: CommonQueryMethods,
  ids: readonly number[],
): Promise<readonly z.output<typeof Ended>[]> {
  return db.any(sql.type(Ended)`
    SELECT ref, syncs.state, error->>'detail' AS reason FROM syncs JOIN mirrors ON mirrors.id = mirror_id
    WHERE syncs.id = ANY(${sql.array(ids, 'int4')}) AND finished_at IS NOT NULL ORDER BY syncs.id`);
}

export interface Progress {
  phase: Phase;
  bytesDone: number;
  bytesTotal: number | null;
  /** That are reserved on the volume, and not written yet. */
  bytesReserved: number;
  /** Of the download, at this moment. */
  bytesPerSecond: number | null;
}

export interface Holding {
  leaseSeconds: number;
  progress: Progress;
}

/** A sign of life; false when the sync was cancelled or is another's by now. */
export async function extendLease(
  db: CommonQueryMethods,
  { id, fence }: Claim,
  { leaseSeconds, progress }: Holding,
  versionId: number | null = null,
): Promise<boolean> {
  const { rowCount } = await db.query(sql.prepared('extend_lease', z.strictObject({}))`
    UPDATE syncs SET lease_until = now() + make_interval(secs => ${leaseSeconds}),
      phase = ${progress.phase}, bytes_done = ${progress.bytesDone}, bytes_total = ${progress.bytesTotal},
      bytes_per_second = ${progress.bytesPerSecond}, reserved_bytes = ${progress.bytesReserved}, version_id = coalesce(${versionId}::int4, version_id)
    WHERE id = ${id} AND fence = ${fence} AND state = 'running'`);
  return rowCount > 0;
}

/** Ends a sync under its fence; false when it is not ours any more. To repeat it is no harm: its answer may have been lost. */
export async function finishSync(
  db: CommonQueryMethods,
  { id, fence }: Claim,
  outcome: { state: 'succeeded' | 'failed'; error: StoredProblem | null },
): Promise<boolean> {
  const { rowCount } = await db.query(sql.prepared('finish_sync', z.strictObject({}))`
    UPDATE syncs SET state = ${outcome.state}, error = ${outcome.error === null ? null : JSON.stringify(outcome.error)}::jsonb,
      finished_at = now(), lease_until = NULL, phase = NULL, bytes_per_second = NULL
    WHERE id = ${id} AND fence = ${fence} AND state IN ('running', ${outcome.state})`);
  return rowCount > 0;
}

/** Gives a sync back to the queue: a run that stops before its end. */
export async function returnSync(db: CommonQueryMethods, { id, fence }: Claim): Promise<void> {
  await db.query(sql.prepared('return_sync', z.strictObject({}))`
    UPDATE syncs SET state = 'queued', lease_until = NULL, bytes_per_second = NULL
    WHERE id = ${id} AND fence = ${fence} AND state = 'running'`);
}

/** Gives a sync back that met another dataset and was meanwhile asked to accept it; false when it was not. */
export async function returnAccepting(db: CommonQueryMethods, { id, fence }: Claim): Promise<boolean> {
  const { rowCount } = await db.query(sql.prepared('return_accepting', z.strictObject({}))`
    UPDATE syncs SET state = 'queued', lease_until = NULL, bytes_per_second = NULL
    WHERE id = ${id} AND fence = ${fence} AND state = 'running' AND accept_replacement`);
  return rowCount > 0;
}

/**
 * Makes the next claims' fences higher than `fence`, which a claim met although it is newer: the database was restored
 * to an earlier state. By drawing numbers, so that no other worker's draw is ever repeated.
 */
export async function passFence(db: CommonQueryMethods, claim: Claim, fence: number): Promise<void> {
  await db.query(sql.prepared('pass_fence', z.strictObject({}))`
    SELECT FROM (SELECT max(nextval('sync_fences')) FROM generate_series(${claim.fence}::int4, ${fence}::int4)) drawn`);
}

/** Forgets how syncs of long ago went; the newest hundred of each mirror stay. What is in use is left to another run. */
export async function pruneSyncs(db: CommonQueryMethods): Promise<void> {
  await db.query(sql.type(z.strictObject({}))`
    WITH ranked AS (
      SELECT id, row_number() OVER (PARTITION BY mirror_id ORDER BY id DESC) AS place FROM syncs
    ), old AS MATERIALIZED (
      SELECT id FROM syncs WHERE finished_at < now() - interval '90 days'
        AND id IN (SELECT id FROM ranked WHERE place > 100)
      FOR UPDATE SKIP LOCKED
    )
    DELETE FROM syncs USING old WHERE old.id = syncs.id`);
}
