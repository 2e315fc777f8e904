import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import { currentTraceparent } from '#shared/telemetry/spans.ts';
import { StoredProblem } from './mirror-state.ts';
import { lockMirrors } from './mirrors.ts';
import { sql } from './sql.ts';
import { SYNC_STATES } from './syncs.ts';

/** Whether people named a mirror too, by a dataset of theirs or by changing one that was registered for a client. */
export const pullIsOwned = sql.fragment`EXISTS (
  SELECT FROM datasets WHERE mirror_ref = mirrors.ref
    AND (pulls.mirror_id IS NULL OR datasets.id <> ALL(pulls.dataset_ids) OR row_version > 1))`;

const Pull = z.object({
  owned: z.boolean(),
  /** A dataset names it, and the version can be read. */
  ready: z.boolean(),
  sync_id: z.int().nullable(),
  sync_state: z.enum(SYNC_STATES).nullable(),
  sync_error: StoredProblem.nullable(),
  /** The job has not yet looked for the version. */
  unseen: z.boolean(),
  /** The newest version at the last check of Kaggle. */
  upstream_version: z.int().nullable(),
  /** Seconds since the last sync ended; null while there is one, and where there was none. */
  ended: z.number().nullable(),
});
export type Pull = z.output<typeof Pull>;

interface Target {
  owner: string;
  slug: string;
  ref: string;
}

/** How far a dataset is, and the version of it that is wanted (null: any); null where nobody named it yet. */
export function findPull(db: CommonQueryMethods, ref: string, version: number | null): Promise<Pull | null> {
  return db.maybeOne(sql.prepared('find_pull', Pull)`
    SELECT sample OR ${pullIsOwned} AS owned,
      EXISTS (SELECT FROM datasets WHERE mirror_ref = ref) AND EXISTS (
        SELECT FROM versions WHERE mirror_id = mirrors.id AND state = 'ready'
          AND number = coalesce(${version}::int4, number)) AS ready,
      coalesce(${version}::int4 = ANY(pulls.versions), false) AS unseen,
      upstream_version,
      last.id AS sync_id, last.state AS sync_state, last.error AS sync_error,
      extract(epoch FROM now() - last.finished_at)::float8 AS ended
    FROM mirrors LEFT JOIN pulls ON pulls.mirror_id = mirrors.id LEFT JOIN LATERAL (
      SELECT id, state, error, finished_at FROM syncs WHERE mirror_id = mirrors.id ORDER BY id DESC LIMIT 1
    ) AS last ON true
    WHERE ref = ${ref}`);
}

const Waiting = z.object({ others: z.int() });

/**
 * Queues a sync of a dataset for a client, one however many ask; the job registers it once Kaggle has it. False, and
 * nothing is written, when as many others as `most` wait for this caller already.
 */
export function requestPull(
  db: CommonQueryMethods,
  { owner, slug, ref }: Target,
  { version, caller, most }: { version: number | null; caller: string; most: number },
): Promise<boolean> {
  return db.transaction(async (tx) => {
    // Requests of one caller come one after the other, so that all are counted.
    await tx.query(sql.prepared('lock_puller', z.strictObject({}))`
      SELECT FROM pg_advisory_xact_lock(hashtextextended(${`pulls of ${caller}`}, 0))`);
    const { others } = await tx.one(sql.prepared('count_pulls', Waiting)`
      SELECT count(*)::int4 AS others FROM pulls JOIN mirrors ON mirrors.id = mirror_id
      WHERE caller = ${caller} AND ref <> ${ref}
        AND EXISTS (SELECT FROM syncs WHERE mirror_id = mirrors.id AND state IN ('queued', 'running'))`);
    if (others >= most) return false;
    await tx.query(sql.prepared('add_pulled_mirror', z.strictObject({}))`
      INSERT INTO mirrors (owner, slug) SELECT ${owner}, ${slug}
      WHERE NOT EXISTS (SELECT FROM mirrors WHERE ref = ${ref}) ON CONFLICT (owner, slug) DO NOTHING`);
    await lockMirrors(tx, [ref]);
    const versions = sql.array(version === null ? [] : [version], 'int4');
    await tx.query(sql.prepared('request_pull', z.strictObject({}))`
      INSERT INTO pulls (mirror_id, caller, versions) SELECT id, ${caller}, ${versions} FROM mirrors WHERE ref = ${ref}
      ON CONFLICT (mirror_id) DO UPDATE SET caller = excluded.caller, used_at = now(),
        versions = ARRAY(SELECT DISTINCT unnest(pulls.versions || excluded.versions) LIMIT 20)`);
    await tx.query(sql.prepared('queue_pull', z.strictObject({}))`
      INSERT INTO syncs (mirror_id, traceparent)
      SELECT id, ${currentTraceparent()} FROM mirrors WHERE ref = ${ref} AND NOT sample
        AND NOT EXISTS (SELECT FROM syncs WHERE mirror_id = mirrors.id AND state IN ('queued', 'running'))
      ON CONFLICT (mirror_id) WHERE state IN ('queued', 'running') DO NOTHING`);
    return true;
  });
}

/** Notes that versions were read, to the hour. */
export async function noteUse(db: CommonQueryMethods, versionIds: readonly number[]): Promise<void> {
  await db.query(sql.prepared('note_use', z.strictObject({}))`
    UPDATE pulls SET used_at = now() FROM versions
    WHERE versions.id = ANY(${sql.array(versionIds, 'int4')}) AND versions.mirror_id = pulls.mirror_id
      AND used_at < now() - interval '1 hour'`);
}
