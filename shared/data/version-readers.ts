import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import { sql } from './sql.ts';

/**
 * Seconds that a reader's word holds, and the least between a version's removal from the catalogue and from the
 * volume: whoever began to read in that time has said so by its end.
 */
export const READER_LEASE_SECONDS = 300;

/** Says, for some minutes, that the process `reader` (a UUID) reads files of these versions. */
export async function leaseVersions(
  db: CommonQueryMethods,
  reader: string,
  versionIds: readonly number[],
): Promise<void> {
  await db.query(sql.prepared('lease_versions', z.strictObject({}))`
    INSERT INTO version_readers (version_id, reader, expires_at)
    SELECT id, ${reader}::uuid, now() + make_interval(secs => ${READER_LEASE_SECONDS})
    FROM versions WHERE id = ANY(${sql.array(versionIds, 'int4')})
    ON CONFLICT (version_id, reader) DO UPDATE SET expires_at = excluded.expires_at`);
}

export async function forgetReaders(db: CommonQueryMethods): Promise<void> {
  await db.query(
    sql.prepared('forget_readers', z.strictObject({}))`DELETE FROM version_readers WHERE expires_at < now()`,
  );
}
