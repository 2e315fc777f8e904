import { statfs } from 'node:fs/promises';

export interface VolumeSpace {
  /** What a process may still write. */
  free_bytes: number;
  used_bytes: number;
}

/** Null when there is no volume, or it cannot be read. */
export async function volumeSpace(root: string | null): Promise<VolumeSpace | null> {
  if (root === null) return null;
  try {
    const { bavail, bfree, blocks, bsize } = await statfs(root);
    return { free_bytes: bavail * bsize, used_bytes: (blocks - bfree) * bsize };
  } catch {
    return null;
  }
}
