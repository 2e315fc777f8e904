import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import { MIRROR_STATES, StoredProblem } from './mirror-state.ts';
import { queuePosition } from './queue-position.ts';
import { sql } from './sql.ts';
import { PHASES } from './syncs.ts';

const DatasetCard = z.object({
  dataset_id: z.int(),
  ref: z.string(),
  state: z.enum(MIRROR_STATES),
  stale: z.boolean(),
  licence: z.string().nullable(),
  checked_at: z.string().nullable(),
  last_error: StoredProblem.nullable(),
  sample: z.boolean(),
  /** The version that the dataset means by `latest`; null before there is one. */
  version: z.int().nullable(),
  version_created_at: z.string().nullable(),
  total_bytes: z.int().nullable(),
  file_count: z.int().nullable(),
  version_count: z.int(),
  /** The sync that waits or runs. */
  sync_id: z.int().nullable(),
  sync_state: z.enum(['queued', 'running']).nullable(),
  phase: z.enum(PHASES).nullable(),
  bytes_done: z.int().nullable(),
  bytes_total: z.int().nullable(),
  bytes_per_second: z.int().nullable(),
  queue_position: z.int().nullable(),
});
/** What there is to show of a mirrored dataset at a glance. */
export type DatasetCard = z.output<typeof DatasetCard>;

/** By id of the dataset; those without a mirror have none. */
export async function datasetCards(
  db: CommonQueryMethods,
  ids: readonly number[],
): Promise<ReadonlyMap<number, DatasetCard>> {
  const rows = await db.any(sql.prepared('dataset_cards', DatasetCard)`
    SELECT d.id AS dataset_id, m.ref, m.state, m.stale, m.licence, m.checked_at, m.last_error, m.sample,
      v.number AS version, coalesce(v.created_at, v.fetched_at) AS version_created_at, v.total_bytes, v.file_count,
      (SELECT count(*)::int4 FROM versions WHERE mirror_id = m.id) AS version_count,
      s.id AS sync_id, s.state AS sync_state, s.phase, s.bytes_done, s.bytes_total, s.bytes_per_second,
      ${queuePosition(sql.fragment`s`)} AS queue_position
    FROM datasets d JOIN mirrors m ON m.ref = d.mirror_ref
      LEFT JOIN versions v ON v.mirror_id = m.id AND v.number = coalesce(d.pinned_version, m.version)
        AND v.state = 'ready'
      LEFT JOIN syncs s ON s.mirror_id = m.id AND s.state IN ('queued', 'running')
    WHERE d.id = ANY(${sql.array(ids, 'int4')})`);
  return new Map(rows.map((row) => [row.dataset_id, row]));
}
