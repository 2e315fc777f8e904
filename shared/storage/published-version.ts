import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder, syncPath } from './durable.ts';
import {
  completeMarker,
  manifestFile,
  tablesDir,
  trashFolder,
  type VersionRef,
  versionDir,
} from './layout.ts';
import { type Manifest, readManifest, writeManifest } from './manifest.ts';
import { toVolumeError } from './storage-errors.ts';

/**
 * Makes an unpacked version appear where kagglehub looks for it: all of it or nothing, and for good.
 * Doing it twice is harmless: the same version of another worker is taken for ours, unless it is to be replaced.
 * @throws {VolumeError}
 */
export async function publishVersion(
  root: string,
  ref: VersionRef,
  { tree, manifest, replace }: { tree: string; manifest: Manifest; replace: boolean },
): Promise<void> {
  try {
    const target = versionDir(root, ref);
    await makeFolder(dirname(target));
    if (replace || (await publishedManifest(root, ref))?.treeSha256 !== manifest.treeSha256) {
      await hideVersion(root, ref);
      await moveToTrash(root, target, `${Date.now()}.${randomUUID()}`);
      await writeManifest(manifestFile(root, ref), manifest);
      await rename(tree, target);
      await syncPath(dirname(target));
    }
    await showVersion(root, ref);
  } catch (error) {
    throw toVolumeError(error);
  }
}

/** From now on kagglehub finds the version. */
export async function showVersion(root: string, ref: VersionRef): Promise<void> {
  const marker = completeMarker(root, ref);
  await (await open(marker, 'w')).close();
  await syncPath(dirname(marker));
}

/** From now on kagglehub does not find the version; who reads it goes on reading. */
export async function hideVersion(root: string, ref: VersionRef): Promise<void> {
  await rm(completeMarker(root, ref), { force: true });
}

/** The manifest of a version that is on the volume, every file with its size; null when it is not, or not whole. */
export async function publishedManifest(root: string, ref: VersionRef): Promise<Manifest | null> {
  const manifest = await readManifest(manifestFile(root, ref));
  if (manifest === null) return null;
  for (const { path, size } of manifest.files) {
    const found = await stat(join(versionDir(root, ref), path)).catch(() => null);
    if (!found?.isFile() || found.size !== size) return null;
  }
  const folder = await stat(versionDir(root, ref)).catch(() => null);
  return folder?.isDirectory() ? manifest : null;
}

/** Frees the space of a version that is hidden, and of its tables. */
export async function deleteVersion(root: string, ref: VersionRef): Promise<void> {
  await hideVersion(root, ref);
  const tables = await moveToTrash(root, tablesDir(root, ref), randomUUID());
  const trash = await moveToTrash(root, versionDir(root, ref), randomUUID());
  await rm(manifestFile(root, ref), { force: true });
  for (const path of [tables, trash]) await rm(path, { recursive: true, force: true });
}

/** Moved first, so that a half-deleted folder is never taken for a version. */
export async function moveToTrash(root: string, path: string, name: string): Promise<string> {
  await mkdir(trashFolder(root), { recursive: true });
  const target = join(trashFolder(root), name);
  await rename(path, target).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  return target;
}

/** Deletes what was thrown away; a replaced version, whose name begins with when that was, after `graceMs`. */
export async function emptyTrash(root: string, graceMs: number): Promise<void> {
  const names = await readdir(trashFolder(root)).catch(() => []);
  for (const name of names) {
    const replacedAt = Number(/^(\d+)\./.exec(name)?.[1] ?? 0);
    if (replacedAt <= Date.now() - graceMs)
      await rm(join(trashFolder(root), name), { recursive: true, force: true });
  }
}
