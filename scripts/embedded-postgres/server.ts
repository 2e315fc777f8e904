import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { freePort } from '#scripts/free-port.ts';
import { findBinaries } from './binaries.ts';

export interface EmbeddedPostgres {
  port: number;
  /** `postgres://…` of one database of this server. */
  url(database: string): string;
  /** Fast shutdown; the data stays. */
  stop(): Promise<void>;
  /** Another living process of ours runs this server, and will stop it. */
  shared: boolean;
}

interface Options {
  /** Holds cluster, password and log. */
  dir: string;
  /** Further settings, such as `fsync=off` for tests. */
  settings?: readonly string[];
  /** A free one when absent. */
  port?: number;
}

/** Thrown when this platform has no PostgreSQL package: say so, and offer DATABASE_URL. */
export class NoBinariesError extends Error {}

const START_DEADLINE = 30_000;

/**
 * A real PostgreSQL of this project's own: made in `dir` when there is none, started on a free port of
 * 127.0.0.1, or taken over when one still runs there after its parent was killed.
 * As root the server runs as the user nobody, for PostgreSQL refuses to be root.
 */
export async function startPostgres({
  dir,
  settings = [],
  port: wanted,
}: Options): Promise<EmbeddedPostgres> {
  const user = process.getuid?.() === 0 ? await nobody() : null;
  await mkdir(dir, { recursive: true });
  if (user) await chmod(dir, 0o755);
  const binaries = await findBinaries(user, join(dir, 'binaries'));
  if (binaries === null)
    throw new NoBinariesError(`there is no embedded PostgreSQL for ${process.platform}-${process.arch}`);
  const cluster = join(dir, 'cluster');
  if (!existsSync(join(cluster, 'PG_VERSION'))) await initialise(dir, binaries, user);
  const password = await readFile(join(dir, 'password'), 'utf8');
  const running = await runningServer(cluster);
  const shared = running !== null && (await hasOwner(dir));
  const { pid, port } = running ?? (await launch(cluster, binaries, user, settings, wanted));
  if (!shared) await writeFile(join(dir, 'owner'), String(process.pid));
  const url = (database: string) => `postgres://postgres:${password}@127.0.0.1:${port}/${database}`;
  await accepting(url('postgres'), pid, join(dir, 'postgres.log'));
  return { port, url, shared, stop: shared ? async () => {} : () => stop(pid) };
}

interface User {
  uid: number;
  gid: number;
}

async function nobody(): Promise<User> {
  const line = (await readFile('/etc/passwd', 'utf8'))
    .split('\n')
    .find((entry) => entry.startsWith('nobody:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  if (uid === undefined || gid === undefined)
    throw new Error('PostgreSQL refuses to run as root, and there is no user nobody');
  return { uid: Number(uid), gid: Number(gid) };
}

/** Made beside its place and renamed into it, so that an interrupted start leaves no half cluster. */
async function initialise(dir: string, binaries: string, user: User | null): Promise<void> {
  const password = randomBytes(24).toString('base64url');
  await writeFile(join(dir, 'password'), password, { mode: 0o600 });
  const scratch = await mkdtemp(join(dir, 'initdb-'));
  try {
    const secret = join(scratch, 'password');
    await writeFile(secret, password, { mode: 0o600 });
    if (user) for (const path of [scratch, secret]) await chown(path, user.uid, user.gid);
    const args = [
      '--pgdata',
      join(scratch, 'cluster'),
      '--username=postgres',
      `--pwfile=${secret}`,
      '--auth=scram-sha-256',
    ];
    const locale = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--no-sync'];
    await promisify(execFile)(join(binaries, 'bin', 'initdb'), [...args, ...locale], {
      cwd: scratch,
      env: {},
      ...user,
    });
    await rm(join(dir, 'cluster'), { recursive: true, force: true });
    await rename(join(scratch, 'cluster'), join(dir, 'cluster'));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

interface Running {
  pid: number;
  port: number;
}

/** Reads postmaster.pid: line 1 is the process, line 4 the port. A file that a killed server left is removed. */
async function runningServer(cluster: string): Promise<Running | null> {
  const file = join(cluster, 'postmaster.pid');
  const lines = await readFile(file, 'utf8').then(
    (text) => text.split('\n'),
    () => null,
  );
  if (lines === null) return null;
  const pid = Number(lines[0]);
  if (isAlive(pid) && (await runs(pid, cluster))) return { pid, port: Number(lines[3]) };
  await rm(file, { force: true });
  return null;
}

/** Whether the process that started the server still lives; one that was killed leaves it to whoever comes next. */
async function hasOwner(dir: string): Promise<boolean> {
  const pid = Number(await readFile(join(dir, 'owner'), 'utf8').catch(() => '0'));
  return isAlive(pid) && pid !== process.pid && (await runs(pid, 'node'));
}

function isAlive(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Process ids are reused; where /proc tells, the command line has to say that it is the one we mean. */
async function runs(pid: number, what: string): Promise<boolean> {
  if (!existsSync('/proc/self/cmdline')) return true;
  return readFile(`/proc/${pid}/cmdline`, 'utf8').then(
    (line) => line.includes(what),
    () => false,
  );
}

async function launch(
  cluster: string,
  binaries: string,
  user: User | null,
  settings: readonly string[],
  wanted?: number,
): Promise<Running> {
  const port = wanted ?? (await freePort());
  const log = await open(join(cluster, '..', 'postgres.log'), 'a');
  const all = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', ...settings].flatMap((setting) => [
    '-c',
    setting,
  ]);
  // A process group of its own: Ctrl-C must reach us first, so that requests are answered before the database goes.
  const child: ChildProcess = spawn(
    join(binaries, 'bin', 'postgres'),
    ['-D', cluster, '-p', String(port), ...all],
    {
      cwd: cluster,
      detached: true,
      env: {},
      stdio: ['ignore', log.fd, log.fd],
      ...user,
    },
  );
  child.unref();
  await log.close();
  if (child.pid === undefined) throw new Error('PostgreSQL could not be started');
  return { pid: child.pid, port };
}

async function accepting(connectionString: string, pid: number, log: string): Promise<void> {
  for (const end = Date.now() + START_DEADLINE; ; await sleep(50)) {
    const client = new pg.Client({ connectionString, connectionTimeoutMillis: 2_000 });
    client.on('error', () => {});
    try {
      await client.connect();
      return;
    } catch {
      if (!isAlive(pid) || Date.now() > end)
        throw new Error(`PostgreSQL did not start: ${await lastLines(log)}`);
    } finally {
      await client.end().catch(() => {});
    }
  }
}

async function lastLines(log: string): Promise<string> {
  return (await readFile(log, 'utf8')).trimEnd().split('\n').slice(-5).join(' | ');
}

async function stop(pid: number): Promise<void> {
  if (!isAlive(pid)) return;
  process.kill(pid, 'SIGINT');
  for (const end = Date.now() + START_DEADLINE; isAlive(pid); await sleep(20)) {
    if (Date.now() > end) throw new Error(`PostgreSQL (process ${pid}) did not stop`);
  }
}
