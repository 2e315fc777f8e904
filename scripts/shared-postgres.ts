import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { endSharing, type Lock, lockDataDir, shareDataDir } from './data-dir-lock.ts';
import { readPostmaster } from './embedded-postgres/postmaster.ts';
import { type EmbeddedPostgres, startPostgres } from './embedded-postgres/server.ts';
import { StartError } from './start-error.ts';

export interface SharedPostgres extends Pick<EmbeddedPostgres, 'url' | 'stop'> {
  /** Another process runs it, which has prepared what is in it. */
  isShared: boolean;
  /** Lets others share: what they need is in it now. */
  open(): void;
  /** Lets nobody share any more; resolves when nobody does. */
  alone(): Promise<void>;
}

const PAUSE = 100;
const PATIENCE = 60_000;

/**
 * The PostgreSQL of a data directory. Whoever has the directory's lock runs it. With `share`, a process that comes
 * later uses what the first one runs.
 * @throws {StartError} without `share` when another process has the directory
 */
export async function openSharedPostgres(
  dataDir: string,
  { share = false, signal }: { share?: boolean; signal?: AbortSignal },
): Promise<SharedPostgres> {
  for (const end = Date.now() + PATIENCE; ; await sleep(PAUSE, undefined, signal && { signal })) {
    const lock = lockDataDir(dataDir);
    if (lock) return own(dataDir, lock, signal);
    if (!share)
      throw new StartError(
        `${dataDir} is in use by another npm start, npm run dev or npm run fetch. Stop that one, or set DATA_DIR and PORT for a second.`,
      );
    const server = await sharedServer(dataDir);
    if (server) return server;
    if (Date.now() > end)
      throw new StartError(
        `${dataDir} is in use by a process whose database does not respond. Stop that one, then try again.`,
      );
  }
}

async function own(dataDir: string, lock: Lock, signal?: AbortSignal): Promise<SharedPostgres> {
  let closed = endSharing(dataDir);
  try {
    const { url, stop } = await startPostgres({ dir: placeOf(dataDir), ...(signal && { signal }) });
    return {
      url,
      isShared: false,
      open: () => closed?.release(),
      async alone() {
        closed = await endOfSharing(dataDir, signal);
      },
      async stop(hurry) {
        await stop(hurry);
        closed?.release();
        lock.release();
      },
    };
  } catch (error) {
    closed?.release();
    lock.release();
    throw error;
  }
}

/** Waits for those who share, unless this process is told to end. */
async function endOfSharing(dataDir: string, signal?: AbortSignal): Promise<Lock | null> {
  for (let isFirst = true; ; isFirst = false) {
    const ended = endSharing(dataDir);
    if (ended || signal?.aborted) return ended;
    if (isFirst)
      process.stderr.write('Waiting for others that use the database which this process started.\n');
    await sleep(PAUSE);
  }
}

/** The server that the lock's holder runs, or null when it does not answer (yet). */
async function sharedServer(dataDir: string): Promise<SharedPostgres | null> {
  const lock = shareDataDir(dataDir);
  if (lock === null) return null;
  const url = await urlOf(placeOf(dataDir));
  if (url && (await answers(url('postgres'))))
    return { url, isShared: true, open() {}, alone: async () => {}, stop: async () => void lock.release() };
  lock.release();
  return null;
}

async function urlOf(dir: string): Promise<SharedPostgres['url'] | null> {
  const running = await readPostmaster(join(dir, 'cluster'));
  const password = await readFile(join(dir, 'password'), 'utf8').catch(() => null);
  if (!running?.port || password === null) return null;
  return (database) => `postgres://postgres:${password}@127.0.0.1:${running.port}/${database}`;
}

async function answers(connectionString: string): Promise<boolean> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 2_000 });
  client.on('error', () => {});
  return client
    .connect()
    .then(() => true)
    .catch(() => false)
    .finally(() => client.end().catch(() => {}));
}

const placeOf = (dataDir: string) => join(dataDir, 'postgres');
