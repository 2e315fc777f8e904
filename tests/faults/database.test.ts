import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { hasDatabase, type TestApi, useApi, useDatabase } from '#tests/setup/api.ts';
import { useOwnPostgres } from '#tests/setup/own-postgres.ts';
import { useProxy } from '#tests/setup/proxy.ts';
import { useSql } from '#tests/setup/sql.ts';

const LIMIT = 5_000;

async function timed(api: TestApi) {
  const start = performance.now();
  const { status, headers, text } = await api.get('/datasets');
  return { status, headers, text, ms: performance.now() - start };
}

async function recovers(api: TestApi) {
  for (const end = Date.now() + 10_000; ; await sleep(50)) {
    const { status } = await timed(api);
    if (status === 200) return;
    if (Date.now() > end) throw new Error(`still ${status}`);
  }
}

async function fails(api: TestApi, clients = 60) {
  const answers = await Promise.all(Array.from({ length: clients }, () => timed(api)));
  for (const { status, headers, text, ms } of answers) {
    expect(status).toBe(503);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    expect(JSON.parse(text)).toMatchObject({ type: '/problems/database-unavailable' });
    expect(text).not.toMatch(/select|postgres|127\.0\.0\.1|\.ts/i);
    expect(ms).toBeLessThan(LIMIT);
  }
}

describe.skipIf(!hasDatabase)('when the database fails', () => {
  const database = useDatabase();
  const proxy = useProxy(database);
  const api = useApi(proxy);
  const small = useApi(database, { DATABASE_POOL_SIZE: '2' });
  const sql = useSql(database);

  it.each(['refusing', 'silent'] as const)(
    'is 503 within 5 s behind a %s network, then recovers',
    async (mode) => {
      await recovers(api);
      const loaded = Array.from({ length: 30 }, () => timed(api));
      proxy.set(mode);
      for (const { status, ms } of await Promise.all(loaded)) {
        expect([200, 503]).toContain(status);
        expect(ms).toBeLessThan(LIMIT);
      }
      await fails(api);
      expect((await api.get('/health')).status).toBe(200);
      const ready = await api.get('/ready');
      expect(ready.status).toBe(503);
      expect(ready.json().checks.database).not.toBe('ok');
      proxy.set('open');
      await recovers(api);
    },
  );

  it('turns away whom a saturated pool cannot serve in time', async () => {
    const { headers } = await small.post('/datasets', { name: 'Locked' });
    const id = Number(String(headers.location).split('/').at(-1));
    await sql('BEGIN');
    await sql('SELECT FROM datasets WHERE id = $1 FOR UPDATE', [id]);
    const writes = [1, 2].map(() =>
      small.send({ method: 'PUT', url: `/datasets/${id}`, payload: { name: 'x' } }),
    );
    await sleep(100);
    await fails(small, 30);
    await sql('ROLLBACK');
    for (const { status } of await Promise.all(writes)) expect([200, 503]).toContain(status);
    await recovers(small);
  });

  it('keeps its connections through 404, 412, 422 and 409', async () => {
    await recovers(small);
    const connections = () =>
      sql(
        `SELECT pid FROM pg_stat_activity WHERE datname = current_database()
        AND application_name = 'kaggle-data-api' ORDER BY pid`,
      );
    const before = await connections();
    const keyed = { 'idempotency-key': 'k' };
    await small.post('/datasets', { name: 'a' }, keyed);
    for (let round = 0; round < 5; round++) {
      expect((await small.get('/datasets/2147483647')).status).toBe(404);
      const put = { url: '/datasets/1', payload: { name: 'x' }, headers: { 'if-match': '"none"' } };
      expect((await small.send({ method: 'PUT', ...put })).status).toBe(412);
      expect((await small.send({ method: 'DELETE', ...put })).status).toBe(412);
      expect((await small.post('/datasets', { name: 'b' }, keyed)).status).toBe(422);
    }
    expect((await connections()).filter(({ pid }) => before.some((row) => row.pid === pid))).toHaveLength(
      before.length,
    );
  });
});

describe.skipIf(!hasDatabase)('when PostgreSQL is stopped', () => {
  const postgres = useOwnPostgres();
  const api = useApi(postgres.database);

  it('answers 503 in the middle of load and recovers by itself', async () => {
    let running = true;
    const seen = new Map<number, number>();
    let slowest = 0;
    const client = async () => {
      while (running) {
        const { status, ms } = await timed(api);
        seen.set(status, (seen.get(status) ?? 0) + 1);
        slowest = Math.max(slowest, ms);
        await sleep(5);
      }
    };
    const clients = Array.from({ length: 30 }, client);
    await sleep(500);
    await postgres.stop('fast');
    await sleep(1_000);
    await postgres.start();
    await recovers(api);
    running = false;
    await Promise.all(clients);
    expect([...seen.keys()].sort()).toEqual([200, 503]);
    expect(slowest).toBeLessThan(LIMIT);
  });
});
