import pg from 'pg';
import { describe, expect, it, vi } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { useSql } from '#tests/setup/sql.ts';

const PLACES = 4;
const LISTS = ['/datasets', '/datasets?limit=1', '/mirrors', '/syncs'];

describe.skipIf(!hasDatabase)('pages of lists', () => {
  const database = useDatabase();
  const api = useApi(database);
  const sql = useSql(database);
  const held = async () => {
    const [row] = await sql(`SELECT count(*)::int AS held FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'kaggle-data-api' AND wait_event_type = 'Lock'`);
    return row?.held;
  };

  it('are read a few at a time, whatever lists they are of, while all else goes on', async () => {
    const blocker = new pg.Client({ connectionString: database.url });
    await blocker.connect();
    await blocker.query('BEGIN; LOCK TABLE datasets, mirrors, syncs IN ACCESS EXCLUSIVE MODE');
    const lists = Array.from({ length: 16 }, (_, index) => api.get(LISTS[index % LISTS.length] ?? ''));
    await vi.waitFor(async () => expect(await held()).toBe(PLACES), { timeout: 20_000 });
    // As many again find connections, but not as pages.
    const others = Array.from({ length: PLACES }, () => api.get('/datasets/1'));
    await vi.waitFor(async () => expect(await held()).toBe(2 * PLACES), { timeout: 20_000 });
    await blocker.query('COMMIT');
    await blocker.end();
    // Those that waited too long on a slow machine were told so.
    for (const { status } of await Promise.all(lists)) expect([200, 503]).toContain(status);
    for (const { status } of await Promise.all(others)) expect([404, 503]).toContain(status);
    for (const list of LISTS) expect((await api.get(list)).status).toBe(200);
  });
});
