import type { DistinctNames } from '#shared/storage/distinct-names.ts';
import { ArchiveError, VolumeError } from '#shared/storage/storage-errors.ts';

/** What an archive may unpack to. */
export interface Limits {
  /** Bytes of all members together: what the volume has room for. */
  maxBytes: number;
  /** Of files, and of folders. */
  maxMembers: number;
  /** Bytes of all paths together: all of them are in memory at a time. */
  maxNameBytes: number;
  /** Unpacked to packed size; counts from MIN_BOMB bytes on, as small files may be all zeros. */
  maxRatio: number;
  /** Bytes that the files are said to have by whoever offers them: up to about these no ratio is too large. */
  announcedBytes: number | null;
  /** What the volume tells apart. */
  names: DistinctNames;
}

export const MAX_MEMBERS = 1_000_000;
export const MAX_NAME_BYTES = 128 * 1024 * 1024;
export const MAX_RATIO = 250;
const MIN_BOMB = 512 * 1024 * 1024;
/** Sizes are announced for people. */
const ABOUT = 1.1;

/** Checks sums over all members, declared or counted. */
export function checkLimits(
  limits: Limits,
  { members, bytes, packed }: { members: number; bytes: number; packed: number },
): void {
  if (members > limits.maxMembers)
    throw new ArchiveError('refused', `the archive has more than ${limits.maxMembers} members`);
  const expected = Math.max(MIN_BOMB, (limits.announcedBytes ?? 0) * ABOUT);
  if (bytes > expected && bytes > packed * limits.maxRatio)
    throw new ArchiveError(
      'refused',
      `the archive unpacks to more than ${limits.maxRatio} times its size, and to more than Kaggle says`,
    );
  if (bytes > limits.maxBytes)
    throw new VolumeError(
      'no-space',
      `the archive unpacks to ${bytes} bytes, and the volume has room for ${limits.maxBytes}`,
    );
}
