import { access, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Claim } from '#shared/data/sync-queue.ts';
import { trashFolder, type VersionRef, workFolder } from '#shared/storage/layout.ts';
import { toVolumeError } from '#shared/storage/storage-errors.ts';

/** There is work under a higher fence: another worker took over, or the database is older than the volume. */
export class FenceBehindError extends Error {
  readonly fence: number;

  constructor(fence: number) {
    super(`there is work under the fence ${fence}`);
    this.name = 'FenceBehindError';
    this.fence = fence;
  }
}

/**
 * This worker's folder for a version: what an earlier one downloaded becomes ours by renaming, so that one that
 * was only frozen no longer finds it; what it unpacked goes, as it might still be writing there.
 * @throws {FenceBehindError} when there is a folder of a higher fence
 */
export async function openWorkDir(root: string, claim: Claim, ref: VersionRef): Promise<string> {
  const folder = workFolder(root, ref);
  const dir = join(folder, `${ref.version}.${claim.fence}`);
  try {
    // It was there when the run began: where it is not, the volume is not mounted any more.
    await access(trashFolder(root));
    await mkdir(folder, { recursive: true });
    const earlier = (await readdir(folder)).map(parse).filter((entry) => entry.version === ref.version);
    const [newest, ...older] = earlier.toSorted((a, b) => b.fence - a.fence);
    if (newest && newest.fence > claim.fence) throw new FenceBehindError(newest.fence);
    if (newest && newest.fence !== claim.fence) await rename(join(folder, newest.name), dir);
    for (const { name } of older) await rm(join(folder, name), { recursive: true, force: true });
    await mkdir(dir, { recursive: true });
    await rm(treeIn(dir), { recursive: true, force: true });
    return dir;
  } catch (error) {
    throw toVolumeError(error);
  }
}

/** Where the archive is unpacked. */
export function treeIn(dir: string): string {
  return join(dir, 'tree');
}

/** Removes what this worker and those before it left; one that took over since keeps its own. */
export async function clearWork(root: string, claim: Claim): Promise<void> {
  const folder = workFolder(root, claim);
  const names = await readdir(folder).catch(() => []);
  for (const { name, fence } of names.map(parse))
    if (fence <= claim.fence) await rm(join(folder, name), { recursive: true, force: true });
}

function parse(name: string) {
  const [version = 0, fence = 0] = name.split('.').map(Number);
  return { name, version, fence };
}
