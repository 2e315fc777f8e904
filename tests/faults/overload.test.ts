import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hasDatabase, type TestApi, useApi, useDatabase } from '#tests/setup/api.ts';
import { useSql } from '#tests/setup/sql.ts';

describe.skipIf(!hasDatabase)('when more is asked than can be answered', () => {
  const database = useDatabase();
  const narrow = useApi(database, { MAX_CONCURRENT_REQUESTS: '3' });
  let origin = '';
  beforeAll(async () => {
    origin = await narrow.app.listen({ host: '127.0.0.1', port: 0 });
  });
  const small = useApi(database, { DATABASE_POOL_SIZE: '1' });
  const sql = useSql(database);
  afterEach(() => sql('ROLLBACK'));

  async function locked(api: TestApi): Promise<number> {
    const { headers } = await api.post('/datasets', { name: 'Locked' });
    const id = Number(String(headers.location).split('/').at(-1));
    await sql('BEGIN');
    await sql('SELECT FROM datasets WHERE id = $1 FOR UPDATE', [id]);
    return id;
  }

  async function blocked(statements: number): Promise<void> {
    for (const end = Date.now() + 20_000; ; await sleep(10)) {
      // A transaction sees what it saw first, unless it says otherwise.
      await sql('SELECT pg_stat_clear_snapshot()');
      const [row] = await sql(
        `SELECT count(*)::int AS count FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      if (row?.count === statements) return;
      if (Date.now() > end) throw new Error(`${row?.count} statements wait for the lock`);
    }
  }

  const rename = (api: TestApi, id: number) =>
    api.send({ method: 'PUT', url: `/datasets/${id}`, payload: { name: 'x' } });

  it('refuses whoever comes beyond those in work, and still says that it is alive', async () => {
    const id = await locked(narrow);
    const inWork = [1, 2, 3].map(() => rename(narrow, id));
    await blocked(3);
    const refused = await fetch(`${origin}/datasets?limit=1`, { headers: { 'x-request-id': 'mine' } });
    expect(refused.status).toBe(503);
    expect(Object.fromEntries(refused.headers)).toMatchObject({
      'retry-after': expect.stringMatching(/^[1-9]\d*$/),
      'content-type': 'application/problem+json; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'x-request-id': 'mine',
    });
    expect(await refused.json()).toMatchObject({
      type: '/problems/overloaded',
      status: 503,
      instance: '/datasets',
      request_id: 'mine',
    });
    const statusOf = (path: string, init?: RequestInit) =>
      fetch(origin + path, init).then(({ status }) => status);
    const body = JSON.stringify({ name: 'Not now', description: 'x'.repeat(60_000) });
    const headers = { 'content-type': 'application/json' };
    expect(await statusOf('/datasets', { method: 'POST', headers, body })).toBe(503);
    expect(await statusOf('/datasets', { method: 'HEAD' })).toBe(503);
    expect(await statusOf('/nowhere')).toBe(503);
    expect(await statusOf('/health')).toBe(200);
    expect(await statusOf('/ready?')).toBe(200);
    await sql('ROLLBACK');
    for (const { status } of await Promise.all(inWork)) expect(status).toBe(200);
    expect(await statusOf('/datasets')).toBe(200);
  });

  it('gives the places of failed requests back', async () => {
    for (let round = 0; round < 5; round++) {
      expect((await narrow.get('/nowhere')).status).toBe(404);
      expect((await narrow.get('/datasets/2147483647')).status).toBe(404);
      expect((await narrow.post('/datasets', { name: 7 })).status).toBe(400);
    }
    expect((await narrow.get('/datasets')).status).toBe(200);
  });

  it('lets only so many wait for a connection', async () => {
    const id = await locked(small);
    const ended: string[] = [];
    const named = (name: string) => (answer: Awaited<ReturnType<TestApi['get']>>) => {
      ended.push(name);
      return answer;
    };
    const served = [rename(small, id).then(named('served'))];
    await blocked(1);
    for (let waiting = 0; waiting < 25; waiting++)
      served.push(small.get(`/datasets/${id}`).then(named('served')));
    const refused = await small.get(`/datasets/${id}`).then(named('refused'));
    expect(ended).toEqual(['refused']);
    expect(refused.status).toBe(503);
    expect(refused.headers['retry-after']).toBeDefined();
    expect(refused.json()).toMatchObject({ type: '/problems/database-unavailable' });
    expect((await small.get('/health')).status).toBe(200);
    await sql('ROLLBACK');
    await Promise.all(served);
  });
});
