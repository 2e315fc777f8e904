import { chmod, mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from '#scripts/free-port.ts';
import { type Guarded, spawnGuarded, stopGuarded } from '#scripts/guard.ts';
import { StartError } from '#scripts/start-error.ts';
import { findBinaries } from './binaries.ts';
import { openCluster } from './cluster.ts';
import { endForgottenServer } from './postmaster.ts';
import { postgresUser, type User } from './user.ts';

export interface EmbeddedPostgres {
  port: number;
  /** `postgres://…` of one database of this server. */
  url(database: string): string;
  /** Fast shutdown, or immediate shutdown when there is no time for that; no acknowledged write is lost by either. */
  stop(hurry?: AbortSignal): Promise<void>;
}

interface Options {
  /** Holds cluster, password and log. */
  dir: string;
  /** Further settings, such as `fsync=off` for tests. */
  settings?: readonly string[];
  /** A free one when absent. */
  port?: number;
  /** Gives up, leaving nothing running. */
  signal?: AbortSignal;
}

/** Thrown when this platform has no PostgreSQL package. */
export class NoBinariesError extends StartError {}

const START_DEADLINE = 120_000;

/**
 * A real PostgreSQL of this project's own: made in `dir` when there is none, started on a free port of 127.0.0.1.
 * `dir` has to be the caller's alone. The server ends with this process, however that ends.
 * @throws {StartError} that says why it cannot be
 */
export async function startPostgres({
  dir,
  settings = [],
  port: wanted,
  signal,
}: Options): Promise<EmbeddedPostgres> {
  const user = await postgresUser();
  await mkdir(dir, { recursive: true });
  if (user) await chmod(dir, 0o755);
  const binaries = await findBinaries(user, join(dir, 'binaries'));
  if (binaries === null)
    throw new NoBinariesError(
      `There is no embedded PostgreSQL for ${process.platform}-${process.arch} in node_modules. Run npm ci without --omit=optional, or set DATABASE_URL to a PostgreSQL of your own.`,
    );
  await endForgottenServer(join(dir, 'cluster'));
  const { cluster, password } = await openCluster({ dir, binaries, user }, signal);
  signal?.throwIfAborted();
  const port = wanted ?? (await freePort());
  const server = await launch(cluster, binaries, user, [`port=${port}`, ...settings]);
  const url = (database: string) => `postgres://postgres:${password}@127.0.0.1:${port}/${database}`;
  const stop = (hurry?: AbortSignal) => stopGuarded(server, { first: 'INT', force: 'QUIT' }, hurry);
  try {
    await accepting(url('postgres'), server, dir, signal);
  } catch (error) {
    await stop();
    throw error;
  }
  return { port, url, stop };
}

async function launch(
  cluster: string,
  binaries: string,
  user: User | null,
  settings: readonly string[],
): Promise<Guarded> {
  const all = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', ...settings];
  const log = await open(join(cluster, '..', 'postgres.log'), 'a');
  try {
    return spawnGuarded(
      join(binaries, 'bin', 'postgres'),
      ['-D', cluster, ...all.flatMap((setting) => ['-c', setting])],
      { last: 'INT', cwd: cluster, env: {}, stdio: log.fd, ...user },
    );
  } finally {
    await log.close();
  }
}

async function accepting(
  connectionString: string,
  server: Guarded,
  dir: string,
  signal?: AbortSignal,
): Promise<void> {
  for (const end = Date.now() + START_DEADLINE; ; await sleep(50, undefined, signal && { signal })) {
    const client = new pg.Client({ connectionString, connectionTimeoutMillis: 2_000 });
    client.on('error', () => {});
    try {
      await client.connect();
      return;
    } catch (cause) {
      // 28P01: invalid_password
      if (cause instanceof pg.DatabaseError && cause.code === '28P01')
        throw new StartError(
          `${join(dir, 'password')} is not the password of the database next to it. Restore the file from a backup, or remove ${dir} to start with an empty database.`,
          { cause },
        );
      if (!server.isRunning || Date.now() > end || !isPassing(cause))
        throw new StartError(
          `PostgreSQL does not start in ${dir}: ${await lastWords(join(dir, 'postgres.log'))}. Its log is postgres.log there. Restore a backup, or set DATA_DIR to another folder.`,
          { cause },
        );
    } finally {
      await client.end().catch(() => {});
    }
  }
}

/** 57P03 is cannot_connect_now, as while it starts or recovers. What is no answer may still become one. */
function isPassing(error: unknown): boolean {
  return !(error instanceof pg.DatabaseError) || error.code === '57P03';
}

/** The newest reason in the log. */
async function lastWords(log: string): Promise<string> {
  const lines = (await readFile(log, 'utf8')).trimEnd().split('\n');
  const reason = lines.findLast((line) => /FATAL|PANIC/.test(line)) ?? lines.at(-1) ?? '';
  return reason.replace(/^.*?(?:FATAL|PANIC): +/, '');
}
