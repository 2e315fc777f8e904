import { ArchiveError, VolumeError } from '#shared/storage/errors.ts';

/** What an archive may unpack to. */
export interface Limits {
  /** Bytes of all members together: what the volume has room for. */
  maxBytes: number;
  maxMembers: number;
  /** Unpacked to packed size; counts from MIN_BOMB bytes on, as small files may be all zeros. */
  maxRatio: number;
}

export const MAX_MEMBERS = 1_000_000;
export const MAX_RATIO = 250;
const MIN_BOMB = 512 * 1024 * 1024;

/** Checks sums over all members, declared or counted. */
export function checkLimits(
  limits: Limits,
  { members, bytes, packed }: { members: number; bytes: number; packed: number },
): void {
  if (members > limits.maxMembers)
    throw new ArchiveError('refused', `the archive has more than ${limits.maxMembers} members`);
  if (bytes > MIN_BOMB && bytes > packed * limits.maxRatio)
    throw new ArchiveError('refused', `the archive unpacks to more than ${limits.maxRatio} times its size`);
  if (bytes > limits.maxBytes)
    throw new VolumeError(
      'no-space',
      `the archive unpacks to ${bytes} bytes, and the volume has room for ${limits.maxBytes}`,
    );
}
