import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { StartError } from '#scripts/start-error.ts';
import type { User } from './user.ts';

interface Place {
  /** Holds cluster, password and log. */
  dir: string;
  binaries: string;
  user: User | null;
}

/** The cluster's folder and its owner's password; made when there is none. */
export async function openCluster(
  { dir, binaries, user }: Place,
  signal?: AbortSignal,
): Promise<{ cluster: string; password: string }> {
  const cluster = join(dir, 'cluster');
  const version = await read(join(cluster, 'PG_VERSION'));
  if (version === null) await initialise({ dir, binaries, user }, signal);
  else await requireSameMajor(version.trim(), { dir, binaries });
  const password = await read(join(dir, 'password'));
  if (!password)
    throw new StartError(
      `${join(dir, 'password')} is missing or empty, so the database next to it cannot be opened. Restore the file from a backup, or remove ${dir} to start with an empty database.`,
    );
  return { cluster, password };
}

/** Made beside its place and renamed into it, so that an interrupted start leaves no half cluster. */
async function initialise({ dir, binaries, user }: Place, signal?: AbortSignal): Promise<void> {
  for (const name of await readdir(dir))
    if (name.startsWith('initdb-')) await rm(join(dir, name), { recursive: true, force: true });
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
      ...(signal && { signal, killSignal: 'SIGINT' as const }),
    }).catch((error) => {
      signal?.throwIfAborted();
      throw initdbFailed(dir, error);
    });
    await rm(join(dir, 'cluster'), { recursive: true, force: true });
    await rename(join(scratch, 'cluster'), join(dir, 'cluster'));
  } finally {
    // initdb takes its own files away as well, and may still be at it.
    await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
}

function initdbFailed(dir: string, cause: Error & { stderr?: string }): StartError {
  const lines = (cause.stderr || cause.message).split('\n');
  const line = lines.find((text) => /error:|FATAL|PANIC/.test(text)) ?? cause.message;
  const reason = line.replace(/^.*?(?:error|FATAL|PANIC): +/, '');
  const advice = /No space left/.test(reason)
    ? 'Free some space, or set DATA_DIR to a folder on another volume.'
    : 'Set DATA_DIR to another folder, or DATABASE_URL to a PostgreSQL of your own.';
  return new StartError(`PostgreSQL's files cannot be made in ${dir}: ${reason}. ${advice}`, { cause });
}

async function requireSameMajor(found: string, { dir, binaries }: Omit<Place, 'user'>): Promise<void> {
  const { stdout } = await promisify(execFile)(join(binaries, 'bin', 'postgres'), ['--version'], { env: {} });
  const ours = /(\d+)/.exec(stdout)?.[1];
  if (found === ours) return;
  throw new StartError(
    `${dir} holds the database of PostgreSQL ${found || 'of an unknown version'}, and this release brings PostgreSQL ${ours}. Set DATA_DIR to another folder, or use the release that made this one.`,
  );
}

function read(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
}
