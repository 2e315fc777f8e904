import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll } from 'vitest';
import { runMigrations } from '#functions/migrate/run-migrations.ts';
import { type EmbeddedPostgres, startPostgres } from '#scripts/embedded-postgres/server.ts';
import { createLogger } from '#shared/telemetry/logger.ts';
import type { TestDatabase } from './api.ts';
import { copyCluster } from './cluster.ts';

const DEADLINE = 20_000;

export interface OwnPostgres {
  readonly database: TestDatabase;
  /** `fast` lets go of every connection; `immediate` is a crash, which the next start recovers from. */
  stop(how: 'fast' | 'immediate'): Promise<void>;
  /** On the port it had. */
  start(): Promise<void>;
}

/** A PostgreSQL of this test file's own, with all migrations applied, to be stopped and started again. */
export function useOwnPostgres(): OwnPostgres {
  const database = { name: 'postgres', url: '' };
  let dir = '';
  let server: EmbeddedPostgres;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'kaggle-own-'));
    copyCluster(dir);
    server = await startPostgres({ dir });
    database.url = server.url(database.name);
    const logger = createLogger({ level: 'silent', name: 'test' });
    await runMigrations({ url: database.url, folder: 'migrations', waitSeconds: 5, logger });
  });
  afterAll(async () => {
    await server.stop();
    await rm(dir, { recursive: true, force: true });
  });
  return {
    database,
    async stop(how) {
      if (how === 'fast') return server.stop();
      const [pid] = (await readFile(join(dir, 'cluster/postmaster.pid'), 'utf8')).split('\n').map(Number);
      process.kill(Number(pid), 'SIGQUIT');
      for (const end = Date.now() + DEADLINE; isAlive(Number(pid)); await sleep(20))
        if (Date.now() > end) throw new Error('PostgreSQL did not stop');
    },
    async start() {
      server = await startPostgres({ dir, port: server.port });
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
