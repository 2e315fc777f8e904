import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { hasDatabase, useDatabase } from '#tests/setup/api.ts';
import { copyCluster } from '#tests/setup/cluster.ts';
import { type ApiProcess, startApi } from '#tests/setup/processes.ts';
import { useSql } from '#tests/setup/sql.ts';

const create = (address: string, name: string) =>
  fetch(`${address}/datasets`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name }),
  });

describe.skipIf(!hasDatabase)('the process', () => {
  const database = useDatabase();
  const sql = useSql(database);

  it('answers 50 running requests after SIGTERM, sent twice, takes no new ones, and ends with 0', async () => {
    const api = await started('server', { DATABASE_URL: database.url, AUTH: 'off' });
    expect((await create(api.address, 'x')).status).toBe(201);
    await sql('BEGIN');
    await sql('LOCK TABLE datasets');
    const running = Array.from({ length: 50 }, (_, index) =>
      index % 2 === 0 ? fetch(`${api.address}/datasets`) : create(api.address, `running ${index}`),
    );
    await sleep(500);
    // Twice, as when an init and a shell both pass it on.
    api.child.kill('SIGTERM');
    await sleep(20);
    api.child.kill('SIGTERM');
    await sleep(200);
    await expect(fetch(`${api.address}/health`)).rejects.toThrow();
    await sql('COMMIT');
    const answers = await Promise.all(running);
    for (const answer of answers) {
      expect([200, 201]).toContain(answer.status);
      await answer.json();
    }
    expect(await api.exited).toBe(0);
    expect(await sql(`SELECT FROM datasets WHERE name LIKE 'running %'`)).toHaveLength(25);
  });

  it('starts without its database, alive but not ready, and without its settings not at all', async () => {
    const api = await started('server', {
      DATABASE_URL: 'postgres://x:y@127.0.0.1:1/none',
    });
    expect((await fetch(`${api.address}/health`)).status).toBe(200);
    expect((await fetch(`${api.address}/ready`)).status).toBe(503);
    expect((await fetch(`${api.address}/datasets`)).status).toBe(503);
    await expect(
      startApi('server', { PORT: 'x', RATE_LIMIT: '-1', OIDC_ISSUER: 'https://x.test' }),
    ).rejects.toThrow(/ended with 2.*DATABASE_URL.*PORT.*RATE_LIMIT/s);
  });
});

describe.skipIf(!hasDatabase || process.env.TEST_DATABASE_URL !== undefined)('npm start', () => {
  it('loses no acknowledged write to kill -9', { timeout: 120_000 }, async () => {
    const dir = await mkdtemp(join(tmpdir(), 'kaggle-kill-'));
    // Started by root, PostgreSQL runs as a user who has to get through.
    await chmod(dir, 0o755);
    onTestFinished(() => rm(dir, { recursive: true, force: true }));
    copyCluster(join(dir, 'data/postgres'));
    const env = { DATA_DIR: join(dir, 'data'), RATE_LIMIT: 'off' };
    const acknowledged: string[] = [];
    for (let round = 0; round < 3; round++) {
      const api = await startApi('scripts/start.ts', env);
      const writer = async (index: number) => {
        for (let count = 0; ; count++) {
          const name = `round ${round} writer ${index} count ${count}`;
          if ((await create(api.address, name)).status !== 201) throw new Error('refused');
          acknowledged.push(name);
        }
      };
      const writers = Array.from({ length: 8 }, (_, index) => writer(index).catch(() => {}));
      const before = acknowledged.length;
      await vi.waitFor(() => expect(acknowledged.length).toBeGreaterThan(before + 20), 20_000);
      await sleep(Math.random() * 100);
      api.child.kill('SIGKILL');
      await Promise.all([...writers, api.exited]);
    }
    const api = await startApi('scripts/start.ts', env);
    const found = await namesOf(api);
    api.child.kill('SIGINT');
    expect(await api.exited).toBe(0);
    expect(acknowledged.filter((name) => !found.has(name))).toEqual([]);
  });
});

async function started(entry: string, env: Record<string, string>): Promise<ApiProcess> {
  const api = await startApi(entry, env);
  onTestFinished(() => void api.child.kill('SIGKILL'));
  return api;
}

async function namesOf({ address }: ApiProcess): Promise<Set<string>> {
  const names = new Set<string>();
  for (let cursor: string | null = ''; cursor !== null; ) {
    const response: Response = await fetch(`${address}/datasets?limit=500${cursor && `&cursor=${cursor}`}`);
    const { datasets, next_cursor } = (await response.json()) as {
      datasets: { name: string }[];
      next_cursor: string | null;
    };
    for (const { name } of datasets) names.add(name);
    cursor = next_cursor;
  }
  return names;
}
