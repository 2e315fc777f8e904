import { readFile } from 'node:fs/promises';
import pg from 'pg';
import type { DatabasePool } from 'slonik';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase } from '#shared/data/database.ts';
import { countMirrors } from '#shared/data/mirror-overview.ts';
import { MIRROR_STATES } from '#shared/data/mirror-state.ts';
import { hasDatabase, useDatabase } from '#tests/setup/api.ts';
import { useSql } from '#tests/setup/sql.ts';

const WRITERS = 6;
const BACKFILL = new URL('../../../migrations/committed/000043-mirrors-counted.sql', import.meta.url);

describe.skipIf(!hasDatabase)('the counts of mirrors', () => {
  const database = useDatabase();
  const sql = useSql(database);
  let db: DatabasePool;

  beforeAll(async () => {
    const options = { name: 'counts', poolSize: 1, statementTimeout: 30_000, validateRows: true };
    db = await createDatabase({ url: database.url, ...options });
    await sql("INSERT INTO mirrors (owner, slug) SELECT 'ada', 's' || i FROM generate_series(1, 600) i");
  });
  afterAll(() => db?.end());

  async function expectCounts() {
    const rows = await sql('SELECT state, count(*)::int AS count FROM mirrors GROUP BY state');
    expect(await countMirrors(db)).toEqual(
      Object.fromEntries(rows.map(({ state, count }) => [state, count])),
    );
  }

  it('follow inserts, updates of many states, and deletes', async () => {
    await expectCounts();
    await sql(
      `UPDATE mirrors SET state = (ARRAY['${MIRROR_STATES.join("', '")}'])[1 + id % ${MIRROR_STATES.length}]`,
    );
    await expectCounts();
    await sql("UPDATE mirrors SET checked_at = now(), state = 'gone' WHERE id % 7 = 0");
    await sql("DELETE FROM mirrors WHERE state = 'failed'");
    await expectCounts();
  });

  it('are right after many transactions at once, some of them given up, of which none waits for another', async () => {
    const clients = Array.from({ length: WRITERS }, () => new pg.Client({ connectionString: database.url }));
    for (const client of clients) {
      await client.connect();
      await client.query("SET lock_timeout = '10s'");
    }
    for (const end of ['COMMIT', 'ROLLBACK', 'COMMIT']) {
      for (const [index, client] of clients.entries()) {
        await client.query('BEGIN');
        for (const state of ['downloading', 'ready', end === 'COMMIT' ? 'no_space' : 'gone'])
          await client.query('UPDATE mirrors SET state = $1 WHERE id % $2 = $3', [state, WRITERS, index]);
      }
      // All of them are open: another one sees what was before.
      await expectCounts();
      for (const client of clients) await client.query(end);
      await expectCounts();
    }
    for (const client of clients) await client.end();
  });

  it('have the mirrors from before the triggers', async () => {
    await sql('ALTER TABLE mirrors DISABLE TRIGGER USER');
    await sql(
      "INSERT INTO mirrors (owner, slug, state) VALUES ('old', 'a', 'ready'), ('old', 'b', 'pending_upstream')",
    );
    await sql('ALTER TABLE mirrors ENABLE TRIGGER USER');
    await sql("UPDATE mirrors SET state = 'forbidden' WHERE owner = 'old' AND slug = 'b'");
    for (const _again of [1, 2]) {
      await sql(await readFile(BACKFILL, 'utf8'));
      await expectCounts();
    }
  });
});
