import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import { dueMirrors, inPages, isNamed } from './due-mirrors.ts';
import { sql } from './sql.ts';

const none = z.strictObject({});
const Queued = z.object({ queued: z.boolean() });

/**
 * Queues a sync for every mirror that a dataset names, in the name of a run. Workers of the run may all call it, and call
 * it again: a mirror is queued for it once, and after all are, the run takes no more. True for the one worker that has
 * queued the last.
 */
export async function queueRun(db: CommonQueryMethods, run: string): Promise<boolean> {
  await db.query(sql.typeAlias('void')`INSERT INTO runs (id) VALUES (${run}) ON CONFLICT DO NOTHING`);
  const { queued } = await db.one(sql.type(Queued)`
    SELECT queued_at IS NOT NULL AS queued FROM runs WHERE id = ${run}`);
  if (queued) return false;
  for (const ids of inPages(await dueMirrors(db, { refs: null }))) await queuePage(db, run, ids);
  const { rowCount } = await db.query(sql.type(none)`
    UPDATE runs SET queued_at = now() WHERE id = ${run} AND queued_at IS NULL`);
  return rowCount > 0;
}

function queuePage(db: CommonQueryMethods, run: string, ids: readonly number[]): Promise<void> {
  const page = sql.array(ids, 'int4');
  return db.transaction(async (tx) => {
    // Under their locks no sync of these mirrors begins or ends, and no other worker queues them.
    await tx.query(sql.prepared('lock_page', none)`
      SELECT FROM mirrors WHERE id = ANY(${page}) ORDER BY ref FOR NO KEY UPDATE`);
    await tx.query(sql.prepared('queue_page', none)`
      INSERT INTO syncs (mirror_id)
      SELECT id FROM unnest(${page}) WITH ORDINALITY AS due (id, place) JOIN mirrors USING (id)
      WHERE ${isNamed}
        AND NOT EXISTS (SELECT FROM run_syncs WHERE run_id = ${run} AND mirror_id = mirrors.id)
      ORDER BY place
      ON CONFLICT (mirror_id) WHERE state IN ('queued', 'running') DO NOTHING`);
    await tx.query(sql.prepared('note_page', none)`
      INSERT INTO run_syncs (run_id, mirror_id, sync_id)
      SELECT ${run}, mirror_id, id FROM syncs WHERE mirror_id = ANY(${page}) AND state IN ('queued', 'running')
      ORDER BY mirror_id
      ON CONFLICT (run_id, mirror_id) DO NOTHING`);
  });
}

const RunSummary = z.object({
  datasets: z.int(),
  /** Queued or running, here or elsewhere. */
  active: z.int(),
  succeeded: z.int(),
  failed: z.int(),
  cancelled: z.int(),
  seconds: z.number(),
});
export type RunSummary = z.output<typeof RunSummary>;

/** How far a run is, whichever workers took part. */
export function summarizeRun(db: CommonQueryMethods, run: string): Promise<RunSummary> {
  return db.one(sql.type(RunSummary)`
    SELECT count(syncs.id)::int4 AS datasets,
      (count(*) FILTER (WHERE state IN ('queued', 'running')))::int4 AS active,
      (count(*) FILTER (WHERE state = 'succeeded'))::int4 AS succeeded,
      (count(*) FILTER (WHERE state = 'failed'))::int4 AS failed,
      (count(*) FILTER (WHERE state = 'cancelled'))::int4 AS cancelled,
      extract(epoch FROM now() - runs.started_at)::float8 AS seconds
    FROM runs LEFT JOIN run_syncs ON run_id = runs.id LEFT JOIN syncs ON syncs.id = sync_id
    WHERE runs.id = ${run} GROUP BY runs.id`);
}

const Sweep = z.object({ state: z.enum(['ours', 'taken', 'over']) });

/** Takes the sweep of a run, unless another worker has shown a sign of life of it within a lease. It is over when the run is. */
export async function claimSweep(
  db: CommonQueryMethods,
  run: string,
  leaseSeconds: number,
): Promise<z.output<typeof Sweep>['state']> {
  const { state } = await db.one(sql.type(Sweep)`
    WITH claimed AS (
      UPDATE runs SET swept_at = now() WHERE id = ${run} AND finished_at IS NULL
        AND (swept_at IS NULL OR swept_at < now() - make_interval(secs => ${leaseSeconds}))
      RETURNING id
    )
    SELECT CASE WHEN EXISTS (SELECT FROM claimed) THEN 'ours' WHEN finished_at IS NULL THEN 'taken' ELSE 'over' END
      AS state FROM runs WHERE id = ${run}`);
  return state;
}

/** A sign of life of the worker that sweeps. */
export async function showSweep(db: CommonQueryMethods, run: string): Promise<void> {
  await db.query(sql.type(none)`UPDATE runs SET swept_at = now() WHERE id = ${run}`);
}

/** Gives the sweep of a run to the next worker that looks. */
export async function returnSweep(db: CommonQueryMethods, run: string): Promise<void> {
  await db.query(sql.type(none)`UPDATE runs SET swept_at = NULL WHERE id = ${run} AND finished_at IS NULL`);
}

/** True for the one worker that tells how a run went, and whose exit code is the run's. */
export async function finishRun(db: CommonQueryMethods, run: string): Promise<boolean> {
  const { rowCount } = await db.query(sql.type(none)`
    UPDATE runs SET finished_at = now() WHERE id = ${run} AND finished_at IS NULL`);
  return rowCount > 0;
}

/** Forgets runs of long ago, as their syncs. */
export async function pruneRuns(db: CommonQueryMethods): Promise<void> {
  await db.query(sql.typeAlias('void')`DELETE FROM runs WHERE started_at < now() - interval '90 days'`);
}
