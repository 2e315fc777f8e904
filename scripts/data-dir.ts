import { createHash } from 'node:crypto';
import { accessSync, chmodSync, constants, mkdirSync, realpathSync, statfsSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { StartError } from './start-error.ts';

/** Where a local installation keeps its database and files, made when absent. */
export interface DataDir {
  /** Without symbolic links: a folder has one name. */
  path: string;
  /** Why it is not where one would look for it; null when it is. */
  moved: string | null;
}

const MIB = 1_048_576;
/** A new database takes 50 MiB, and one that is there a new segment of its log. */
const SPACE = { first: 128 * MIB, later: 32 * MIB };

/**
 * DATA_DIR, or `.data` in the project. Root's PostgreSQL runs as another user: when that user cannot get to
 * the project (as below /root), the data goes to /var/lib instead.
 * @throws {StartError} when it cannot be used, as it is a file, another user's, read-only or full
 */
export function openDataDir(env: NodeJS.ProcessEnv): DataDir {
  const project = resolve(import.meta.dirname, '..');
  const wanted = realPath(resolve(env.DATA_DIR || join(project, '.data')));
  const isEmbedded = !env.DATABASE_URL;
  const closed = isEmbedded && process.getuid?.() === 0 ? closedFolderAbove(wanted) : null;
  if (closed === null) return { path: make(wanted, isEmbedded), moved: null };
  const because = `the database runs as the user nobody, who may not pass ${closed}`;
  if (env.DATA_DIR)
    throw new StartError(`DATA_DIR cannot be ${wanted}: ${because}. Choose a place every user can get to.`);
  const name = createHash('sha256').update(project).digest('hex').slice(0, 12);
  return { path: make(join('/var/lib/kaggle-data-api', name), isEmbedded), moved: because };
}

/** Also of what does not exist yet. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path === dirname(path) ? path : join(realPath(dirname(path)), basename(path));
  }
}

function make(path: string, isEmbedded: boolean): string {
  try {
    mkdirSync(path, { recursive: true });
    accessSync(path, constants.W_OK | constants.X_OK);
    // Whatever the umask: the database's user has to get through.
    if (process.getuid?.() === 0) chmodSync(path, 0o755);
    if (isEmbedded) requireSpace(path);
    return path;
  } catch (error) {
    throw error instanceof StartError ? error : unusable(path, error as NodeJS.ErrnoException);
  }
}

function unusable(path: string, cause: NodeJS.ErrnoException): StartError {
  const [what, advice] = whatIsWrong(path, cause);
  return new StartError(`The data directory ${path} cannot be used: ${what}. ${advice}`, { cause });
}

function whatIsWrong(path: string, { code, message }: NodeJS.ErrnoException): [string, string] {
  const elsewhere = 'Set DATA_DIR to a folder';
  switch (code) {
    case 'EEXIST':
    case 'ENOTDIR':
      return [`${fileOn(path)} is not a folder`, `${elsewhere}.`];
    case 'EACCES':
    case 'EPERM':
      return [`the user ${userInfo().username} may not read and write there`, `${elsewhere} of that user.`];
    case 'EROFS':
      return ['its file system is read-only', `${elsewhere} that can be written.`];
    case 'ENOSPC':
    case 'EDQUOT':
      return ['there is no space left on its volume', `Free some space, or set DATA_DIR to another volume.`];
    default:
      return [message, `${elsewhere} that can be written.`];
  }
}

function fileOn(path: string): string {
  for (let place = path; place !== dirname(place); place = dirname(place)) {
    const found = statSync(place, { throwIfNoEntry: false });
    if (found && !found.isDirectory()) return place;
  }
  return path;
}

function requireSpace(path: string): void {
  const { bavail, bsize } = statfsSync(path);
  const isFirst = !statSync(join(path, 'postgres/cluster/PG_VERSION'), { throwIfNoEntry: false });
  const needed = isFirst ? SPACE.first : SPACE.later;
  if (bavail * bsize >= needed) return;
  const [free, least] = [Math.floor((bavail * bsize) / MIB), needed / MIB];
  throw new StartError(
    `The data directory ${path} has ${free} MiB of space left, and at least ${least} MiB are needed. Free some space, or set DATA_DIR to another volume.`,
  );
}

function closedFolderAbove(path: string): string | null {
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    const found = statSync(folder, { throwIfNoEntry: false });
    if (found?.isDirectory() && (found.mode & 0o001) === 0) return folder;
  }
  return null;
}
