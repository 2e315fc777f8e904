import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { useSql } from '#tests/setup/sql.ts';

describe.skipIf(!hasDatabase)('GET /changes?wait=', () => {
  const database = useDatabase();
  const api = useApi(database, { MAX_CONCURRENT_REQUESTS: '20' });
  const sql = useSql(database);
  const now = async () => (await api.get('/changes?after=now')).json().next_cursor;
  const create = (name: string) => api.post('/datasets', { name });
  const poll = async (query: string) => (await api.get(`/changes?${query}`)).json();
  /** The statements that the API sent so far. */
  const waiting = async () =>
    (
      await sql(
        `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'`,
      )
    )[0]?.n;

  it('answers at once where there is something', async () => {
    const start = await now();
    await create('there');
    expect((await poll(`after=${start}&wait=50`)).changes).toHaveLength(1);
  });

  it('holds the response until something fits, and tells it once', async () => {
    const start = await now();
    const held = poll(`after=${start}&wait=50&type=dataset.deleted`);
    await vi.waitFor(async () => expect(await waiting()).toBe(1), 20_000);
    const { id } = (await create('made')).json();
    await api.send({ method: 'DELETE', url: `/datasets/${id}` });
    const { changes, next_cursor } = await held;
    expect(changes.map(({ type }: { type: string }) => type)).toEqual(['dataset.deleted']);
    expect((await poll(`after=${next_cursor}&type=dataset.deleted`)).changes).toEqual([]);
  });

  it('ends after that many seconds with none', async () => {
    const start = await now();
    const begun = performance.now();
    expect(await poll(`after=${start}&wait=1`)).toEqual({ changes: [], next_cursor: start });
    expect(performance.now() - begun).toBeGreaterThan(900);
  });

  it('hundreds leave room for others, have one connection, and see the same', {
    timeout: 60_000,
  }, async () => {
    const start = await now();
    const polls = Array.from({ length: 300 }, () => `after=${start}&wait=50`);
    const held: Promise<{ changes: { data: { name: string } }[] }>[] = [];
    for (let at = 0; at < polls.length; at += 10) {
      held.push(...polls.slice(at, at + 10).map(poll));
      await vi.waitFor(async () => expect((await api.get('/datasets?limit=1')).status).toBe(200), 20_000);
    }
    expect(await waiting()).toBe(1);
    await create('for all');
    for (const { changes } of await Promise.all(held))
      expect(changes.map(({ data }) => data.name)).toEqual(['for all']);
  });

  it('needs no notification', async () => {
    const start = await now();
    const held = poll(`after=${start}&wait=50`);
    await vi.waitFor(async () => expect(await waiting()).toBe(1), 20_000);
    await sql(`INSERT INTO changes (id, type, subject, dataset_ids, data)
      VALUES (nextval('changes_ids'), 'mirror.failed', 'mirrors/a/b', '{}', '{"ref": "a/b", "version": null}')`);
    expect((await held).changes).toMatchObject([
      { type: 'mirror.failed', data: { ref: 'a/b', dataset_ids: [] } },
    ]);
  });

  it('goes on when its connection is cut', async () => {
    const start = await now();
    const held = poll(`after=${start}&wait=50`);
    await vi.waitFor(async () => expect(await waiting()).toBe(1), 20_000);
    await sql(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'`,
    );
    await create('after the cut');
    expect((await held).changes).toHaveLength(1);
  });

  it('is let go when the process drains', async () => {
    const { createRuntime } = await import('#functions/host/runtime.ts');
    const { groups } = await import('#functions/index.ts');
    const { loadConfig } = await import('#shared/config/load-config.ts');
    const { ServerConfig } = await import('#shared/config/server-config.ts');
    const { createLogger } = await import('#shared/telemetry/logger.ts');
    const config = loadConfig(ServerConfig, { DATABASE_URL: database.url, AUTH: 'off', RATE_LIMIT: 'off' });
    const runtime = await createRuntime(groups, config, createLogger({ level: 'silent', name: 'test' }));
    let closed: Promise<void> | undefined;
    onTestFinished(async () => void (await (closed ?? runtime.close())));
    const address = await runtime.app.listen({ host: '127.0.0.1', port: 0 });
    const held = fetch(`${address}/changes?after=now&wait=50`);
    await vi.waitFor(async () => expect(await waiting()).toBeGreaterThan(1), 20_000);
    closed = runtime.close();
    expect(await (await held).json()).toMatchObject({ changes: [] });
    await closed;
  });
});
