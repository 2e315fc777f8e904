import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { tableFile, type VersionRef, versionDir } from './layout.ts';
import { VolumeError } from './storage-errors.ts';

/**
 * Opens a file of a published version, to be closed by the caller. `path` and `size` come from the catalogue.
 * Symbolic links are refused wherever they are below the root, as is whatever is no plain file of that size.
 * @throws {VolumeError}
 */
export function openPublished(
  root: string,
  ref: VersionRef,
  { path, size }: { path: string; size: number },
): Promise<FileHandle> {
  return openPlain(root, join(versionDir(root, ref), path), size);
}

/** Opens a table's Parquet file, as `openPublished` does a file. @throws {VolumeError} */
export function openTable(
  root: string,
  ref: VersionRef,
  { name, size }: { name: string; size: number },
): Promise<FileHandle> {
  return openPlain(root, tableFile(root, ref, name), size);
}

async function openPlain(root: string, target: string, size: number): Promise<FileHandle> {
  try {
    const [home, folder] = await Promise.all([realpath(root), realpath(dirname(target))]);
    if (relative(home, folder) !== relative(root, dirname(target)))
      throw new VolumeError('unusable', 'a folder of the version is a symbolic link');
    const file = await open(target, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const found = await file.stat();
    if (found.isFile() && found.size === size) return file;
    await file.close();
    throw new VolumeError('unusable', 'a file is not what the catalogue says');
  } catch (cause) {
    if (cause instanceof VolumeError) throw cause;
    throw new VolumeError('unusable', 'a file of the catalogue cannot be opened', { cause });
  }
}
