import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runMigrations } from '#functions/migrate/run-migrations.ts';
import { startPostgres } from '#scripts/embedded-postgres/server.ts';
import { createLogger } from '#shared/telemetry/logger.ts';

const MIGRATIONS = resolve(import.meta.dirname, '../../migrations');

export interface EmptyDatabase {
  url: string;
  /** A folder for what is measured, which goes with the database. Its `postgres` is that of the server. */
  dir: string;
  stop(): Promise<void>;
}

/** A migrated PostgreSQL of a bench's own, with its default durability. */
export async function startEmptyDatabase(name: string): Promise<EmptyDatabase> {
  const dir = await mkdtemp(join(tmpdir(), `kaggle-${name}-`));
  // As root, PostgreSQL runs as a user who has to get through.
  await chmod(dir, 0o755);
  const server = await startPostgres({ dir: join(dir, 'postgres') });
  const stop = async () => {
    await server.stop();
    await rm(dir, { recursive: true, force: true });
  };
  try {
    const url = server.url('postgres');
    const logger = createLogger({ level: 'warn', name: 'bench' });
    await runMigrations({ url, folder: MIGRATIONS, waitSeconds: 10, logger });
    return { url, dir, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
