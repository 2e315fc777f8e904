import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import { currentTraceparent } from '#shared/telemetry/spans.ts';
import { LAST_POSITION } from './last-position.ts';
import { StoredProblem } from './mirror-state.ts';
import { queuePosition } from './queue-position.ts';
import { sql } from './sql.ts';

export const SYNC_STATES = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const;
export const PHASES = ['check', 'download', 'verify', 'extract', 'publish', 'record'] as const;
export type Phase = (typeof PHASES)[number];

export const SyncRow = z.object({
  id: z.int(),
  dataset_id: z.int().nullable(),
  ref: z.string(),
  state: z.enum(SYNC_STATES),
  phase: z.enum(PHASES).nullable(),
  bytes_done: z.int(),
  bytes_total: z.int().nullable(),
  bytes_per_second: z.int().nullable().describe('Of the download that runs'),
  queue_position: z
    .int()
    .nullable()
    .describe(`1 is the next, ${LAST_POSITION} that or further back; null for one that does not wait`),
  tables: z
    .object({ done: z.int().describe('Ready or failed'), total: z.int() })
    .meta({ id: 'SyncTables' })
    .nullable()
    .describe('Of the version that the sync recorded last; null for one that has recorded none'),
  attempts: z.int(),
  requested_at: z.string(),
  started_at: z.string().nullable(),
  finished_at: z.string().nullable(),
  error: StoredProblem.nullable(),
});
export type SyncRow = z.output<typeof SyncRow>;

const columns = sql.fragment`
  syncs.id, dataset_id, mirrors.ref, syncs.state, phase, bytes_done, bytes_total, bytes_per_second,
  ${queuePosition(sql.fragment`syncs`)} AS queue_position,
  CASE WHEN syncs.version_id IS NOT NULL THEN (
    SELECT jsonb_build_object('done', count(*) FILTER (WHERE tables.state IN ('ready', 'failed')), 'total', count(*))
    FROM tables WHERE tables.version_id = syncs.version_id
  ) END AS tables, attempts, requested_at,
  started_at, finished_at, error`;

/**
 * Asks for a sync of a dataset's mirror; one that waits or runs already is answered in place of a second, and takes the
 * acceptance of another dataset under the same name from it. Null when the dataset is gone. Locks in the order of
 * `lockMirrors`: the dataset comes first, which the new row refers to.
 */
export async function requestSync(
  db: CommonQueryMethods,
  { ref, datasetId, acceptReplacement }: { ref: string; datasetId: number; acceptReplacement: boolean },
): Promise<SyncRow | null> {
  await db.query(sql.prepared('request_sync', z.strictObject({}))`
    WITH dataset AS MATERIALIZED (
      SELECT id FROM datasets WHERE id = ${datasetId} FOR KEY SHARE
    ), mirror AS MATERIALIZED (
      SELECT mirrors.id, dataset.id AS dataset_id FROM dataset CROSS JOIN mirrors WHERE ref = ${ref}
      FOR NO KEY UPDATE OF mirrors
    )
    INSERT INTO syncs (mirror_id, dataset_id, traceparent, accept_replacement)
    SELECT id, dataset_id, ${currentTraceparent()}, ${acceptReplacement} FROM mirror
    ON CONFLICT (mirror_id) WHERE state IN ('queued', 'running') DO UPDATE SET accept_replacement = true
      WHERE excluded.accept_replacement AND NOT syncs.accept_replacement`);
  return db.maybeOne(sql.prepared('active_sync', SyncRow)`
    SELECT ${columns} FROM syncs JOIN mirrors ON mirrors.id = mirror_id
    WHERE ref = ${ref} AND EXISTS (SELECT FROM datasets WHERE id = ${datasetId})
    ORDER BY syncs.id DESC LIMIT 1`);
}

export function findSync(db: CommonQueryMethods, id: number): Promise<SyncRow | null> {
  return db.maybeOne(sql.prepared('find_sync', SyncRow)`
    SELECT ${columns} FROM syncs JOIN mirrors ON mirrors.id = mirror_id WHERE syncs.id = ${id}`);
}

interface ListOptions {
  datasetId: number | null;
  state: SyncRow['state'] | null;
  /** Only syncs before this one. */
  before: number | null;
  limit: number;
}

/** Newest first. Those of a dataset are those of its mirror, whoever asked. */
export function listSyncs(
  db: CommonQueryMethods,
  { datasetId, state, before, limit }: ListOptions,
): Promise<readonly SyncRow[]> {
  const conditions = [
    state !== null && sql.fragment`syncs.state = ${state}`,
    before !== null && sql.fragment`syncs.id < ${before}`,
    datasetId !== null &&
      sql.fragment`mirror_id = (SELECT m.id FROM mirrors m JOIN datasets d ON d.mirror_ref = m.ref WHERE d.id = ${datasetId})`,
  ].filter((condition) => condition !== false);
  return db.any(sql.type(SyncRow)`
    SELECT ${columns} FROM syncs JOIN mirrors ON mirrors.id = mirror_id
    WHERE ${conditions.length === 0 ? sql.fragment`TRUE` : sql.join(conditions, sql.fragment` AND `)}
    ORDER BY syncs.id DESC LIMIT ${limit}`);
}

/**
 * Cancels a sync that waits or runs, if `admits` takes it as it is. Its worker learns it with its next sign of life.
 * `finished` says that no sync with this id waits or runs.
 */
export function cancelSync(
  db: CommonQueryMethods,
  id: number,
  admits: (sync: SyncRow) => boolean,
): Promise<'cancelled' | 'changed' | 'finished'> {
  return db.transaction(async (tx) => {
    // In the order of `lockMirrors`.
    await tx.query(sql.prepared('lock_mirror_of_sync', z.strictObject({}))`
      SELECT FROM mirrors WHERE id = (SELECT mirror_id FROM syncs WHERE id = ${id}) FOR NO KEY UPDATE`);
    const sync = await tx.maybeOne(sql.prepared('lock_sync', SyncRow)`
      SELECT ${columns} FROM syncs JOIN mirrors ON mirrors.id = mirror_id
      WHERE syncs.id = ${id} AND syncs.state IN ('queued', 'running') FOR NO KEY UPDATE OF syncs`);
    if (sync === null) return 'finished';
    if (!admits(sync)) return 'changed';
    await markCancelled(tx, id);
    return 'cancelled';
  });
}

async function markCancelled(tx: CommonQueryMethods, id: number): Promise<void> {
  await tx.query(sql.prepared('cancel_sync', z.strictObject({}))`
    WITH cancelled AS (
      UPDATE syncs SET state = 'cancelled', finished_at = now(), phase = NULL, lease_until = NULL, bytes_per_second = NULL
      WHERE id = ${id}
      RETURNING mirror_id
    )
    UPDATE mirrors SET state = CASE
      WHEN state NOT IN ('queued', 'downloading', 'verifying', 'extracting') THEN state
      WHEN version IS NULL THEN 'queued' ELSE 'ready' END
    FROM cancelled WHERE mirrors.id = cancelled.mirror_id`);
}
