import type { CommonQueryMethods, DatabasePool } from 'slonik';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createDatabase } from '#shared/data/database.ts';
import { queueRun } from '#shared/data/runs.ts';
import { sql as statement } from '#shared/data/sql.ts';
import { claimSync } from '#shared/data/sync-queue.ts';
import { hasDatabase, useDatabase } from '#tests/setup/api.ts';
import { useSql } from '#tests/setup/sql.ts';

const MIRRORS = 2_000;
const Read = z.object({ rows: z.int() });

describe.skipIf(!hasDatabase)(`a run that has just queued ${MIRRORS} mirrors`, () => {
  const database = useDatabase();
  const sql = useSql(database);
  let db: DatabasePool;

  beforeAll(async () => {
    const options = { name: 'claim-cost', poolSize: 2, statementTimeout: 60_000, validateRows: true };
    db = await createDatabase({ url: database.url, ...options });
    // Statistics stay those of the day: nothing waits.
    await sql('ALTER TABLE syncs SET (autovacuum_enabled = false)');
    await sql('ALTER TABLE datasets DISABLE TRIGGER USER');
    await sql(`INSERT INTO mirrors (owner, slug, state, version)
      SELECT 'ada', 's' || i, 'ready', 1 FROM generate_series(1, ${MIRRORS}) i`);
    await sql('INSERT INTO datasets (name, mirror_ref) SELECT ref, ref FROM mirrors');
    await sql('ALTER TABLE datasets ENABLE TRIGGER USER');
    await sql(
      "INSERT INTO syncs (mirror_id, state, finished_at) SELECT min(id), 'succeeded', now() FROM mirrors",
    );
    await sql('VACUUM ANALYZE');
    await queueRun(db, 'nightly');
  });
  afterAll(() => db?.end());

  const rowsRead = async (tx: CommonQueryMethods) => {
    const { rows } = await tx.one(statement.type(Read)`
      SELECT seq_tup_read + idx_tup_fetch AS rows FROM pg_stat_xact_user_tables WHERE relname = 'syncs'`);
    return rows;
  };

  it.each([{ run: 'nightly' }, {}])('claims one without reading the others (%j)', async (scope) => {
    const read = await db.transaction(async (tx) => {
      const before = await rowsRead(tx);
      expect(await claimSync(tx, { refs: null, ...scope, leaseSeconds: 60 })).not.toBeNull();
      return (await rowsRead(tx)) - before;
    });
    expect(read).toBeLessThan(10);
  });
});
