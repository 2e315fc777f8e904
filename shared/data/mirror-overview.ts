import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import { MIRROR_STATES, type MirrorState } from './mirror-state.ts';
import { MirrorRow } from './mirrors.ts';
import { sql } from './sql.ts';
import { PHASES } from './syncs.ts';

const MirrorOverview = MirrorRow.omit({ upstream_updated_at: true, licence: true }).extend({
  /** One that names it; null when none does any more. */
  dataset_id: z.int().nullable(),
  /** Of the sync that waits or runs. */
  sync_state: z.enum(['queued', 'running']).nullable(),
  phase: z.enum(PHASES).nullable(),
  bytes_done: z.int().nullable(),
  bytes_total: z.int().nullable(),
  bytes_per_second: z.int().nullable(),
});
export type MirrorOverview = z.output<typeof MirrorOverview>;

/** Mirrors with what they are at, by reference, by code point. */
export function overviewMirrors(
  db: CommonQueryMethods,
  { state, after, limit }: { state: MirrorState | null; after: string; limit: number },
): Promise<readonly MirrorOverview[]> {
  const inState = state === null ? sql.fragment`TRUE` : sql.fragment`m.state = ${state}`;
  return db.any(sql.type(MirrorOverview)`
    SELECT m.ref, m.state, m.version, m.checked_at, m.stale, m.last_error,
      (SELECT max(id) FROM syncs WHERE mirror_id = m.id) AS sync_id,
      (SELECT min(id) FROM datasets WHERE mirror_ref = m.ref) AS dataset_id,
      s.state AS sync_state, s.phase, s.bytes_done, s.bytes_total, s.bytes_per_second
    FROM mirrors m LEFT JOIN syncs s ON s.mirror_id = m.id AND s.state IN ('queued', 'running')
    WHERE ${inState} AND m.ref > ${after} ORDER BY m.ref LIMIT ${limit}`);
}

const StateCount = z.object({ state: z.enum(MIRROR_STATES), count: z.int() });

/** How many mirrors are in each state that has any, as the triggers of the table have counted them. */
export async function countMirrors(db: CommonQueryMethods): Promise<Record<string, number>> {
  const rows = await db.any(sql.prepared('count_mirrors', StateCount)`
    SELECT state, sum(count)::int4 AS count FROM mirror_counts GROUP BY state HAVING sum(count) > 0`);
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}
