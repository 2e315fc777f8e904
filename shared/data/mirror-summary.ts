import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import { MIRROR_STATES } from './mirror-state.ts';
import { sql } from './sql.ts';

const Summary = z.object({
  /** How many mirrors that a dataset names are in each state that has any. */
  states: z.record(z.string(), z.int()),
  stale: z.int(),
  /** Seconds since the check of the mirror that was left unchecked longest; null when none is due. */
  oldest_check: z.number().nullable(),
  queued: z.int(),
  running: z.int(),
  /** Seconds since the sync that waits longest was requested; null when none waits. */
  oldest_queued: z.number().nullable(),
});
export type MirrorSummary = z.output<typeof Summary>;

/** How all mirrors are doing, in one statement. A mirror never checked counts from its first sync. */
export async function summarizeMirrors(db: CommonQueryMethods): Promise<MirrorSummary> {
  const summary = await db.one(sql.prepared('summarize_mirrors', Summary)`
    WITH named AS (
      SELECT id, state, stale, sample, checked_at FROM mirrors
      WHERE EXISTS (SELECT FROM datasets WHERE mirror_ref = mirrors.ref)
    ), waiting AS (SELECT state, requested_at FROM syncs WHERE state IN ('queued', 'running'))
    SELECT
      (SELECT coalesce(jsonb_object_agg(state, count), '{}') FROM (
        SELECT state, count(*)::int4 AS count FROM named GROUP BY state) AS by_state) AS states,
      (SELECT count(*)::int4 FROM named WHERE stale) AS stale,
      (SELECT extract(epoch FROM now() - min(coalesce(checked_at, (
        SELECT min(requested_at) FROM syncs WHERE mirror_id = named.id))))::float8
        FROM named WHERE NOT sample) AS oldest_check,
      (SELECT count(*)::int4 FROM waiting WHERE state = 'queued') AS queued,
      (SELECT count(*)::int4 FROM waiting WHERE state = 'running') AS running,
      (SELECT extract(epoch FROM now() - min(requested_at))::float8 FROM waiting WHERE state = 'queued') AS oldest_queued`);
  return { ...summary, states: { ...NONE, ...summary.states } };
}

/** A state that nothing is in any more has to be seen as zero. */
const NONE = Object.fromEntries(MIRROR_STATES.map((state) => [state, 0]));
