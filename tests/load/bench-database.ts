import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { runMigrations } from '#functions/migrate/run-migrations.ts';
import { startPostgres } from '#scripts/embedded-postgres/server.ts';
import { createLogger } from '#shared/telemetry/logger.ts';

const ROWS = 10_000;

export interface BenchDatabase {
  url: string;
  /** Process id of the postmaster. */
  postmaster: number;
  /** A folder for what is measured, which goes with the database. */
  dir: string;
  stop(): Promise<void>;
}

/** A PostgreSQL of its own, with its default durability and 10,000 datasets. */
export async function startBenchDatabase(): Promise<BenchDatabase> {
  const dir = await mkdtemp(join(tmpdir(), 'kaggle-bench-'));
  await chmod(dir, 0o755);
  const server = await startPostgres({ dir: join(dir, 'postgres') });
  const stop = async () => {
    await server.stop();
    await rm(dir, { recursive: true, force: true });
  };
  try {
    const url = server.url('postgres');
    await fill(url);
    const [postmaster] = (await readFile(join(dir, 'postgres/cluster/postmaster.pid'), 'utf8')).split('\n');
    return { url, postmaster: Number(postmaster), dir, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function fill(url: string): Promise<void> {
  const logger = createLogger({ level: 'warn', name: 'bench' });
  await runMigrations({ url, folder: resolve('migrations'), waitSeconds: 5, logger });
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`INSERT INTO datasets (name, description, source_url)
    SELECT 'Dataset ' || md5(i::text), repeat('A description of it. ', 5), 'https://example.org/' || i FROM generate_series(1, ${ROWS}) i`);
  await client.query('VACUUM ANALYZE datasets');
  await client.end();
}
