import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import { sql } from './sql.ts';

/** Which request it is: who asked, method and path, and the key. */
export interface RequestKey {
  caller: string;
  route: string;
  key: string;
}

const Locked = z.object({ locked: z.boolean() });
const Claimed = z.object({ claimed: z.boolean() });
const Stored = z.object({
  same: z.boolean(),
  status: z.int(),
  headers: z.record(z.string(), z.string()),
  body: z.string().nullable(),
});
export type StoredAnswer = z.output<typeof Stored>;

/**
 * Takes a key for the rest of the caller's transaction. Says who has it otherwise: another transaction that has
 * not ended, or a request of the last 24 hours with its answer, `same` when it had the same fingerprint.
 */
export async function claimKey(
  tx: CommonQueryMethods,
  { caller, route, key }: RequestKey,
  fingerprint: Buffer,
): Promise<'claimed' | 'running' | StoredAnswer> {
  // The primary key alone would make a second request wait for the first instead of telling it so.
  const { locked } = await tx.one(sql.prepared('lock_idempotency_key', Locked)`
    SELECT pg_try_advisory_xact_lock(hashtextextended(${JSON.stringify([caller, route, key])}, 0)) AS locked`);
  if (!locked) return 'running';
  const claim = await tx.maybeOne(sql.prepared('claim_idempotency_key', Claimed)`
    INSERT INTO idempotency_keys AS known (caller, route, key, fingerprint)
    VALUES (${caller}, ${route}, ${key}, ${sql.binary(fingerprint)})
    ON CONFLICT (caller, route, key) DO UPDATE
      SET fingerprint = EXCLUDED.fingerprint, status = NULL, headers = NULL, body = NULL, created_at = now()
      WHERE known.created_at < now() - interval '24 hours'
    RETURNING true AS claimed`);
  if (claim) return 'claimed';
  return tx.one(sql.prepared('read_idempotency_key', Stored)`
    SELECT fingerprint = ${sql.binary(fingerprint)} AS same, status, headers, body
    FROM idempotency_keys WHERE caller = ${caller} AND route = ${route} AND key = ${key}`);
}

/** Keeps the answer with its key, and drops a few keys older than a day: as many go as come. */
export async function storeAnswer(
  tx: CommonQueryMethods,
  { caller, route, key }: RequestKey,
  { status, headers, body }: Omit<StoredAnswer, 'same'>,
): Promise<void> {
  await tx.query(sql.prepared('store_idempotent_answer', z.strictObject({}))`
    WITH expired AS (
      DELETE FROM idempotency_keys WHERE ctid = ANY(ARRAY(
        SELECT ctid FROM idempotency_keys WHERE created_at < now() - interval '24 hours'
        ORDER BY created_at LIMIT 5 FOR UPDATE SKIP LOCKED))
    )
    UPDATE idempotency_keys SET status = ${status}, headers = ${sql.jsonb(headers)}, body = ${body}
    WHERE caller = ${caller} AND route = ${route} AND key = ${key}`);
}
