import { type DatabasePool, sql as query } from 'slonik';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase } from '#shared/data/database.ts';
import { claimTable, dropTable } from '#shared/data/table-queue.ts';
import { noteTablesEnded } from '#shared/data/tables-ended.ts';
import { hasDatabase, useDatabase } from '#tests/setup/api.ts';
import { useSql } from '#tests/setup/sql.ts';

const TABLES = 5_000;
const CLAIMS = 20;

describe.skipIf(!hasDatabase)(`the queue of ${TABLES} tables of one version`, () => {
  const database = useDatabase();
  const sql = useSql(database);
  let version = 0;
  let db: DatabasePool;

  beforeAll(async () => {
    // As the planner meets them: right after they came, without statistics.
    await sql('ALTER TABLE tables SET (autovacuum_enabled = off)');
    await sql("INSERT INTO mirrors (owner, slug) VALUES ('ada', 'many')");
    const [row] =
      await sql(`INSERT INTO versions (mirror_id, number, state, total_bytes, file_count, tree_sha256, tables_found_by)
      SELECT id, 1, 'ready', 1, 1, sha256(''), 1 FROM mirrors RETURNING id`);
    version = Number(row?.id);
    await sql(
      `INSERT INTO tables (version_id, name, path, format, source_sha256, source_bytes)
       SELECT $1, 't' || i, 't' || i || '.csv', CASE WHEN i = $2 THEN 'sqlite' ELSE 'csv' END, sha256(''), 1
       FROM generate_series(1, $2::int) i`,
      [version, TABLES],
    );
    const options = { name: 'table-queue', poolSize: 1, statementTimeout: 60_000, validateRows: true };
    db = await createDatabase({ url: database.url, ...options });
  });
  afterAll(() => db?.end());

  /** Rows that were read of the table of tables. */
  async function rowsRead(): Promise<number> {
    // What a connection has read is told at the end of its next statement.
    await db.query(query.unsafe`SELECT pg_stat_force_next_flush()::text`);
    const [row] = await sql(
      "SELECT seq_tup_read + idx_tup_fetch AS count FROM pg_stat_user_tables WHERE relname = 'tables'",
    );
    return Number(row?.count);
  }

  it('gives the file with parts first, then the others in turn, and reads little of it for each', async () => {
    const first = await claimTable(db, 60);
    expect(first).toMatchObject({ name: `t${TABLES}`, format: 'sqlite', ref: 'ada/many', version: 1 });
    if (first) await dropTable(db, first);
    const names: (string | undefined)[] = [];
    const before = await rowsRead();
    for (let count = 0; count < CLAIMS; count += 1) {
      names.push((await claimTable(db, 60))?.name);
      await noteTablesEnded(db, version);
    }
    expect(names).toEqual(Array.from({ length: CLAIMS }, (_, index) => `t${index + 1}`));
    expect(((await rowsRead()) - before) / CLAIMS).toBeLessThan(TABLES / 10);
  });
});
