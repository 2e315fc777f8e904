import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Where a local installation keeps its database and files, made when absent. */
export interface DataDir {
  path: string;
  /** Why it is not where one would look for it; null when it is. */
  moved: string | null;
}

/**
 * DATA_DIR, or `.data` in the project. Root's PostgreSQL runs as another user: when that user cannot get to
 * the project (as below /root), the data goes to /var/lib instead.
 * @throws {Error} when DATA_DIR is set to such a place
 */
export function openDataDir(env: NodeJS.ProcessEnv): DataDir {
  const project = resolve(import.meta.dirname, '..');
  const wanted = resolve(env.DATA_DIR || join(project, '.data'));
  const closed = process.getuid?.() === 0 ? closedFolderAbove(wanted) : null;
  if (closed === null) return { path: make(wanted), moved: null };
  const because = `the database runs as the user nobody, who may not pass ${closed}`;
  if (env.DATA_DIR)
    throw new Error(`DATA_DIR cannot be ${wanted}: ${because}. Choose a place every user can get to.`);
  const name = createHash('sha256').update(project).digest('hex').slice(0, 12);
  return { path: make(join('/var/lib/kaggle-data-api', name)), moved: because };
}

function make(path: string): string {
  mkdirSync(path, { recursive: true });
  // Whatever the umask: the database's user has to get through.
  if (process.getuid?.() === 0) chmodSync(path, 0o755);
  return path;
}

function closedFolderAbove(path: string): string | null {
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    const mode = statSync(folder, { throwIfNoEntry: false })?.mode;
    if (mode !== undefined && (mode & 0o001) === 0) return folder;
  }
  return null;
}
