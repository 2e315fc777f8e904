import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import { sql } from './sql.ts';

export const DELIVERY_STATES = ['pending', 'delivered', 'dead'] as const;

const Delivery = z.object({
  id: z.int(),
  change_id: z.int(),
  target: z.string(),
  state: z.enum(DELIVERY_STATES),
  attempts: z.int(),
  next_at: z.string().nullable(),
  last_status: z.int().nullable(),
  last_error: z.string().nullable(),
});
export type DeliveryRow = z.output<typeof Delivery>;

const columns = sql.fragment`
  deliveries.id, deliveries.change_id, host AS target, state, attempts, next_at, last_status, last_error`;

/** Newest first. */
export function listDeliveries(
  db: CommonQueryMethods,
  { state, before, limit }: { state: DeliveryRow['state'] | null; before: number | null; limit: number },
): Promise<readonly DeliveryRow[]> {
  const conditions = [
    sql.fragment`TRUE`,
    ...(state === null ? [] : [sql.fragment`state = ${state}`]),
    ...(before === null ? [] : [sql.fragment`deliveries.id < ${before}`]),
  ];
  return db.any(sql.type(Delivery)`
    SELECT ${columns} FROM deliveries JOIN delivery_targets ON delivery_targets.id = target_id
    WHERE ${sql.join(conditions, sql.fragment` AND `)} ORDER BY deliveries.id DESC LIMIT ${limit}`);
}

export function findDelivery(db: CommonQueryMethods, id: number): Promise<DeliveryRow | null> {
  return db.maybeOne(sql.prepared('find_delivery', Delivery)`
    SELECT ${columns} FROM deliveries JOIN delivery_targets ON delivery_targets.id = target_id
    WHERE deliveries.id = ${id}`);
}

/** Has a delivery sent again, for three days from now on; those of its subject that come later wait for it. */
export async function retryDelivery(db: CommonQueryMethods, id: number): Promise<void> {
  await db.transaction(async (tx) => {
    // One retry of a target at a time, and none while its deliveries are settled: the order is made anew.
    await tx.query(sql.prepared('lock_target_of', z.strictObject({}))`
      SELECT FROM delivery_targets WHERE id = (SELECT target_id FROM deliveries WHERE id = ${id}) FOR NO KEY UPDATE`);
    await tx.query(sql.prepared('retry_delivery', z.strictObject({}))`
      UPDATE deliveries SET state = 'pending', first_at = NULL WHERE id = ${id} AND state IN ('pending', 'dead')`);
    await tx.query(sql.prepared('reorder_deliveries', z.strictObject({}))`
      UPDATE deliveries SET next_at = CASE WHEN deliveries.id = head.id THEN now() END
      FROM deliveries AS retried, LATERAL (
        SELECT min(id) AS id FROM deliveries AS earlier WHERE earlier.target_id = retried.target_id
          AND earlier.subject = retried.subject AND earlier.state = 'pending'
      ) AS head
      WHERE retried.id = ${id} AND retried.state = 'pending' AND deliveries.target_id = retried.target_id
        AND deliveries.subject = retried.subject AND deliveries.state = 'pending'
        AND (deliveries.id = head.id OR deliveries.next_at IS NOT NULL)`);
  });
}
