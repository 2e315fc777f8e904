import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import { sql } from './sql.ts';

const Summary = z.object({
  /** At most 100,000, as are the dead. */
  pending: z.int(),
  dead: z.int(),
  /** Seconds since the oldest change that a target has yet to take; null when none waits. */
  oldest_pending: z.number().nullable(),
});

const MOST = 100_000;
/** A target that no job has served for so many days is no longer configured, and nobody waits for it. */
const DAYS_IN_USE = 2;

/** How deliveries are doing. Changes that are no deliveries yet wait, too. */
export function summarizeDeliveries(db: CommonQueryMethods): Promise<z.output<typeof Summary>> {
  const inUse = sql.fragment`seen_at > now() - make_interval(days => ${DAYS_IN_USE})`;
  const count = (state: 'pending' | 'dead') => sql.fragment`(
    SELECT count(*)::int4 FROM (
      SELECT FROM deliveries WHERE state = ${state} AND target_id IN (SELECT id FROM delivery_targets WHERE ${inUse})
      LIMIT ${MOST}
    ) AS counted)`;
  return db.one(sql.prepared('summarize_deliveries', Summary)`
    SELECT ${count('pending')} AS pending, ${count('dead')} AS dead, (
      SELECT extract(epoch FROM now() - min(changes.time))::float8
      FROM delivery_targets AS targets CROSS JOIN LATERAL (
        (SELECT change_id AS id FROM deliveries WHERE target_id = targets.id AND state = 'pending'
          ORDER BY change_id LIMIT 1)
        UNION ALL
        (SELECT id FROM changes WHERE id > targets.change_id ORDER BY id LIMIT 1)
      ) AS waiting JOIN changes ON changes.id = waiting.id
      WHERE ${inUse}
    ) AS oldest_pending`);
}
