import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { describe, expect, it, vi } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';

const POOL = 3;

describe.skipIf(!hasDatabase)('batches that wait for another', () => {
  const database = useDatabase();
  const api = useApi(database, { DATABASE_POOL_SIZE: String(POOL) });

  it('leave the connections to everyone else', async () => {
    const other = new pg.Client({ connectionString: database.url });
    await other.connect();
    try {
      await other.query("SELECT pg_advisory_lock(hashtextextended('dataset batches', 0))");
      const datasets = [{ name: 'x', source_url: 'https://example.com/x.csv' }];
      const batches = Array.from({ length: POOL + 1 }, () => api.post('/datasets:batch', { datasets }));
      await vi.waitFor(async () => expect(await waiting()).toBeGreaterThan(0), { timeout: 5_000 });
      for (let reads = 0; reads < 10; reads++) {
        await sleep(20);
        expect((await api.get('/datasets')).status).toBe(200);
      }
      expect(await waiting()).toBe(1);
      await other.query("SELECT pg_advisory_unlock(hashtextextended('dataset batches', 0))");
      const outcomes = (await Promise.all(batches)).flatMap(({ json }) =>
        json().results.map(({ outcome }: { outcome: string }) => outcome),
      );
      expect(outcomes.toSorted()).toEqual(['created', ...Array(POOL).fill('unchanged')]);
    } finally {
      await other.end();
    }

    async function waiting(): Promise<number> {
      const { rows } = await other.query(`SELECT count(*)::int4 AS waiting FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event = 'advisory'`);
      return rows[0].waiting;
    }
  });
});
