import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger as GraphileLogger, migrate } from 'graphile-migrate';
import { classifyDatabaseError } from '#shared/data/database-errors.ts';
import { grantRoles, type Roles } from '#shared/data/grants.ts';
import type { Logger } from '#shared/telemetry/logger.ts';

interface Options {
  url: string;
  /** Holds `committed/`. */
  folder: string;
  waitSeconds: number;
  /** Roles of the processes that are to have no more than they need. */
  roles?: Roles;
  logger: Logger;
  /** Ends the waiting. */
  signal?: AbortSignal;
}

const PAUSE = 500;

// graphile-migrate keeps its connection for 200 ms, and ends the whole process should it break meanwhile.
const CONNECTION_KEPT = 300;

/**
 * Applies the committed migrations that this database lacks; does nothing when there are none.
 * Waits for a database that is not up yet, and for another run that holds graphile-migrate's lock.
 * @throws whatever a migration failed with, or the last reason for waiting when the time is over
 */
export async function runMigrations({
  url,
  folder,
  waitSeconds,
  roles = {},
  logger,
  signal,
}: Options): Promise<void> {
  // graphile-migrate would make an empty one, and find that there is nothing to do.
  if (!existsSync(join(folder, 'committed'))) throw new Error(`${folder} contains no migrations`);
  const settings = {
    connectionString: url,
    // Never connected to here, but it has to be another database.
    rootConnectionString: new URL('/template1', url).href,
    migrationsFolder: folder,
    logger: into(logger),
  };
  for (const end = Date.now() + waitSeconds * 1_000; ; await sleep(PAUSE, undefined, signal && { signal })) {
    try {
      await migrate(settings);
      return await grantRoles(url, roles).finally(() => sleep(CONNECTION_KEPT));
    } catch (error) {
      const reason = reasonToWait(error);
      if (reason === null || Date.now() > end) throw error;
      logger.info(`waiting: ${reason}`);
    }
  }
}

function reasonToWait(error: unknown): string | null {
  if (error instanceof Error && error.message === 'Failed to get exclusive lock')
    return 'another process is applying migrations';
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const notYet = classifyDatabaseError(error) === 'unavailable' && !code.startsWith('42');
  return notYet ? 'the database is unreachable' : null;
}

function into(logger: Logger): GraphileLogger {
  return new GraphileLogger(() => (level, message) => {
    if (level === 'error') logger.error(message);
    else if (level === 'warning') logger.warn(message);
    else if (level === 'info')
      logger.info(message.replace(/^graphile-migrate: | \(.*AllowInvalidHash.*\)$/g, ''));
  });
}
