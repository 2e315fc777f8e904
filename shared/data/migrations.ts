import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import { sql } from './sql.ts';

/** The newest of migrations/committed, as graphile-migrate records it; a test compares the two. */
export const NEWEST_MIGRATION = '000047.sql';

const Row = z.object({ pending: z.boolean() });

/** Whether this database lacks what the queries of this release expect. A newer database is fine: migrations only add. */
export async function migrationsPending(db: CommonQueryMethods): Promise<boolean> {
  const { pending } = await db.one(sql.prepared('migrations_pending', Row)`
    SELECT NOT EXISTS (SELECT FROM graphile_migrate.migrations WHERE filename = ${NEWEST_MIGRATION}) AS pending`);
  return pending;
}
