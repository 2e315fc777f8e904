import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import { sql } from './sql.ts';
import type { Claim } from './sync-queue.ts';

const Reserved = z.object({ bytes: z.int() });

/** Bytes that running syncs have yet to write, but for one of them. A sync whose worker died writes no more. */
export async function reservedBytes(db: CommonQueryMethods, except: number | null = null): Promise<number> {
  const { bytes } = await db.one(sql.prepared('reserved_bytes', Reserved)`
    SELECT coalesce(sum(reserved_bytes), 0)::int8 AS bytes FROM syncs
    WHERE state = 'running' AND lease_until >= now() AND id IS DISTINCT FROM ${except}::int4`);
  return bytes;
}

/**
 * Reserves bytes for a sync in place of what it had reserved, when `free` bytes have room for them and for what others
 * have reserved; none otherwise. One sync at a time looks and reserves, so that two never take the same bytes.
 */
export function reserveBytes(
  db: CommonQueryMethods,
  { id, fence }: Claim,
  bytes: number,
  free: () => Promise<number>,
): Promise<{ granted: boolean; free: number }> {
  return db.transaction(async (tx) => {
    await tx.query(sql.prepared('lock_space', z.strictObject({}))`
      SELECT FROM pg_advisory_xact_lock(hashtextextended('kaggle-data-api space', 0))`);
    const others = await reservedBytes(tx, id);
    const room = await free();
    const granted = bytes <= room - others;
    await tx.query(sql.prepared('reserve_bytes', z.strictObject({}))`
      UPDATE syncs SET reserved_bytes = ${granted ? bytes : 0}
      WHERE id = ${id} AND fence = ${fence} AND state = 'running'`);
    return { granted, free: room };
  });
}
