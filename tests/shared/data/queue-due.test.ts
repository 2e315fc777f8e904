import type { DatabasePool } from 'slonik';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase } from '#shared/data/database.ts';
import { addSampleMirror } from '#shared/data/mirrors.ts';
import { queueDue } from '#shared/data/sync-queue.ts';
import { hasDatabase, useDatabase } from '#tests/setup/api.ts';
import { useSql } from '#tests/setup/sql.ts';

describe.skipIf(!hasDatabase)('the queue of a run', () => {
  const database = useDatabase();
  const sql = useSql(database);
  let db: DatabasePool;

  beforeAll(async () => {
    const options = { name: 'queue', poolSize: 2, statementTimeout: 30_000, validateRows: true };
    db = await createDatabase({ url: database.url, ...options });
  });
  afterAll(() => db?.end());

  it('has every mirror that a dataset names, longest unchecked first, over several pages', async () => {
    await sql(`INSERT INTO mirrors (owner, slug, checked_at)
      SELECT 'ada', 's' || i, CASE WHEN i > 3 THEN timestamptz '2026-01-01' + make_interval(mins => i * 7 % 1201) END
      FROM generate_series(1, 1200) i`);
    await addSampleMirror(db, 'samples/one');
    await sql('INSERT INTO datasets (name, mirror_ref) SELECT ref, ref FROM mirrors WHERE id <> 1000');
    await queueDue(db, { refs: null });
    await queueDue(db, { refs: null });
    const queued = await sql('SELECT mirror_id FROM syncs ORDER BY id');
    const due = await sql(`SELECT id AS mirror_id FROM mirrors WHERE id <> 1000 AND NOT sample
      ORDER BY checked_at NULLS FIRST, id`);
    expect(queued).toEqual(due);
    expect(due).toHaveLength(1_199);
  });
});
