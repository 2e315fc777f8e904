import { randomUUID } from 'node:crypto';
import { access, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncPath } from './durable.ts';
import {
  completeMarker,
  manifestFile,
  trashFolder,
  type VersionRef,
  versionDir,
  workFolder,
} from './layout.ts';
import { moveToTrash } from './published-version.ts';
import { toVolumeError } from './storage-errors.ts';

/**
 * Makes room for another dataset under the same name: nothing published, recorded beside it or half downloaded of the
 * one before stays in its place. Its files wait in the trash, for those who read them. Can be repeated.
 * @throws {VolumeError}
 */
export async function clearDataset(root: string, name: Omit<VersionRef, 'version'>): Promise<void> {
  const any = { ...name, version: 0 };
  const folder = dirname(completeMarker(root, any));
  try {
    // It was there when the run began: where it is not, the volume is not mounted any more.
    await access(trashFolder(root));
    const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      return [];
    });
    for (const marker of names.filter((entry) => /^\d+\.complete$/.test(entry)))
      await rm(join(folder, marker), { force: true });
    await moveToTrash(root, dirname(versionDir(root, any)), `${Date.now()}.${randomUUID()}`);
    if (names.length > 0) await syncPath(folder);
    await rm(dirname(manifestFile(root, any)), { recursive: true, force: true });
    await rm(workFolder(root, name), { recursive: true, force: true });
  } catch (error) {
    throw toVolumeError(error);
  }
}
