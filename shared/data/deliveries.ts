import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import { Change } from './change-feed.ts';
import { sql } from './sql.ts';
import { upToBytes } from './up-to-bytes.ts';

const none = z.strictObject({});
const Id = z.object({ id: z.int() });
const Horizon = z.object({ horizon: z.int() });

const PAGE = 500;
/** In hours. What is due later was written before the clock was put back. */
const LONGEST_PAUSE = 6;
/** Of each subject, as many are sent one after the other before the others have their turn again. */
const IN_A_ROW = 20;

/** The target of this digest; a new one gets the changes of the last day. */
export async function openTarget(
  db: CommonQueryMethods,
  { digest, host }: { digest: string; host: string },
): Promise<number> {
  const { id } = await db.one(sql.prepared('open_target', Id)`
    INSERT INTO delivery_targets (digest, host, change_id)
    VALUES (decode(${digest}, 'hex'), ${host}, coalesce((
      SELECT id FROM changes WHERE time < now() - interval '1 day' ORDER BY id DESC LIMIT 1), 0))
    ON CONFLICT (digest) DO UPDATE SET host = excluded.host
    RETURNING id`);
  return id;
}

/** Who has a target, by a number of that turn's own, and the seconds until it counts as dead. */
export interface TargetHold {
  holder: string;
  seconds: number;
}

/** Takes a target that is free. A lease that ends later than any that is given now is of a clock that was ahead. */
export async function takeTarget(db: CommonQueryMethods, id: number, lease: TargetHold): Promise<boolean> {
  const { holder, seconds } = lease;
  const { rowCount } = await db.query(sql.prepared('take_target', none)`
    UPDATE delivery_targets SET holder = ${holder}::uuid, lease_until = now() + make_interval(secs => ${seconds}),
      seen_at = now()
    WHERE id = ${id}
      AND (lease_until IS NULL OR lease_until NOT BETWEEN now() AND now() + make_interval(secs => ${seconds}))`);
  return rowCount > 0;
}

/** A sign of life; false when another job took the target, even if that has released it. */
export async function keepTarget(db: CommonQueryMethods, id: number, lease: TargetHold): Promise<boolean> {
  const { holder, seconds } = lease;
  const { rowCount } = await db.query(sql.prepared('keep_target', none)`
    UPDATE delivery_targets SET lease_until = now() + make_interval(secs => ${seconds}), seen_at = now()
    WHERE id = ${id} AND holder = ${holder}::uuid`);
  return rowCount > 0;
}

export async function releaseTarget(db: CommonQueryMethods, id: number, holder: string): Promise<void> {
  await db.query(sql.prepared('release_target', none)`
    UPDATE delivery_targets SET lease_until = NULL WHERE id = ${id} AND holder = ${holder}::uuid`);
}

/** Makes deliveries of the next changes; how many. The first of each subject is due. */
export async function queueDeliveries(db: CommonQueryMethods, target: number): Promise<number> {
  // Before the snapshot that is read, as `readChanges` has it.
  const { horizon } = await db.one(
    sql.prepared('changes_horizon', Horizon)`SELECT changes_horizon() AS horizon`,
  );
  const { rowCount } = await db.query(sql.prepared('queue_deliveries', none)`
    WITH page AS MATERIALIZED (
      SELECT changes.id, subject FROM changes JOIN delivery_targets ON delivery_targets.id = ${target}
      WHERE changes.id > change_id AND changes.id <= ${horizon} ORDER BY changes.id LIMIT ${PAGE}
    ), moved AS (
      UPDATE delivery_targets SET change_id = page_end.id FROM (SELECT max(id) AS id FROM page) AS page_end
      WHERE delivery_targets.id = ${target} AND page_end.id IS NOT NULL
    )
    INSERT INTO deliveries (target_id, change_id, subject, next_at)
    SELECT ${target}, id, subject, CASE
      WHEN row_number() OVER (PARTITION BY subject ORDER BY id) = 1 AND NOT EXISTS (
        SELECT FROM deliveries WHERE target_id = ${target} AND deliveries.subject = page.subject AND state = 'pending')
      THEN now() END
    FROM page ORDER BY id ON CONFLICT (change_id, target_id) DO NOTHING`);
  return rowCount;
}

const Due = Change.extend({ delivery_id: z.int(), attempts: z.int() });
export type DueDelivery = z.output<typeof Due>;

/** Deliveries that are due with their changes, and those that follow them, in order. */
export function dueDeliveries(db: CommonQueryMethods, target: number): Promise<readonly DueDelivery[]> {
  const columns = sql.fragment`delivery_id, attempts, id, type, subject, time, dataset_ids, data`;
  const select = sql.fragment`
    SELECT next.id AS delivery_id, next.attempts, changes.id, changes.type, changes.subject, changes.time,
      changes.dataset_ids, changes.data
    FROM (
      (SELECT subject FROM deliveries WHERE target_id = ${target} AND next_at <= now() ORDER BY next_at LIMIT ${PAGE})
      UNION ALL
      (SELECT subject FROM deliveries WHERE target_id = ${target}
        AND next_at > now() + make_interval(hours => ${LONGEST_PAUSE}) LIMIT ${PAGE})
    ) AS heads CROSS JOIN LATERAL (
      SELECT id, change_id, attempts FROM deliveries
      WHERE target_id = ${target} AND deliveries.subject = heads.subject AND state = 'pending'
      ORDER BY id LIMIT ${IN_A_ROW}
    ) AS next JOIN changes ON changes.id = change_id
    ORDER BY next.id LIMIT ${PAGE}`;
  const bytes = sql.fragment`octet_length(data::text)`;
  return db.any(sql.type(Due)`${upToBytes({ select, columns, order: sql.fragment`delivery_id`, bytes })}`);
}

/** How a delivery went; `pause` is in seconds. */
export interface Sent {
  id: number;
  subject: string;
  delivered: boolean;
  status: number | null;
  error: string | null;
  pause: number;
}

/** Days in which a delivery is repeated, and how often it is at least: clocks are put forward, too. */
const DAYS = 3;
const ATTEMPTS = 4;

/**
 * Keeps how deliveries went, unless another job has the target: then it is false. One that fails is due again, or dead
 * after three days; what follows it waits until then.
 */
export async function settleDeliveries(
  db: CommonQueryMethods,
  { target, holder }: { target: number; holder: string },
  sent: readonly Sent[],
): Promise<boolean> {
  const end = sql.fragment`(coalesce(first_at, now()) + make_interval(days => ${DAYS}))`;
  const isLast = sql.fragment`(now() >= ${end} AND attempts + 1 >= ${ATTEMPTS})`;
  return db.transaction(async (tx) => {
    // Under this lock nobody takes the target over.
    const { rowCount } = await tx.query(sql.prepared('lock_held_target', none)`
      SELECT FROM delivery_targets WHERE id = ${target} AND holder = ${holder}::uuid FOR NO KEY UPDATE`);
    if (rowCount === 0) return false;
    await tx.query(sql.prepared('settle_deliveries', none)`
      UPDATE deliveries SET attempts = attempts + 1, first_at = coalesce(first_at, now()), last_status = status,
        last_error = error,
        state = CASE WHEN delivered THEN 'delivered' WHEN ${isLast} THEN 'dead' ELSE 'pending' END,
        next_at = CASE WHEN NOT delivered AND NOT ${isLast}
          THEN now() + least(make_interval(secs => pause), CASE WHEN now() < ${end} THEN ${end} - now() END) END
      FROM jsonb_to_recordset(${JSON.stringify(sent)}::jsonb)
        AS sent (id int8, delivered boolean, status int4, error text, pause float8)
      WHERE deliveries.id = sent.id AND state = 'pending'`);
    const subjects = [...new Set(sent.map(({ subject }) => subject))];
    await tx.query(sql.prepared('next_deliveries', none)`
      UPDATE deliveries SET next_at = now() WHERE next_at IS NULL AND id = ANY(ARRAY(
        SELECT DISTINCT ON (subject) id FROM deliveries
        WHERE target_id = ${target} AND state = 'pending' AND subject = ANY(${sql.array(subjects, 'text')})
        ORDER BY subject, id))`);
    return true;
  });
}

const Wait = z.object({ seconds: z.number().nullable() });

/** Seconds until the next delivery is due; null when none waits. */
export async function nextDelivery(db: CommonQueryMethods, target: number): Promise<number | null> {
  const { seconds } = await db.one(sql.prepared('next_delivery', Wait)`
    SELECT extract(epoch FROM min(next_at) - now())::float8 AS seconds FROM deliveries WHERE target_id = ${target}
      AND next_at IS NOT NULL`);
  return seconds;
}
