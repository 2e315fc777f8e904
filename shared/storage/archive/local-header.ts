import { ArchiveError } from '#shared/storage/storage-errors.ts';
import type { ZipMember } from './zip-member.ts';

const SIGNATURE = 0x04034b50;
/** Without the name and the extra fields (APPNOTE 4.3.7). */
export const LOCAL_HEADER = 30;

/**
 * How far behind the beginning of its local header a member's content begins.
 * @throws {ArchiveError} when `head` is no such header, or puts the content where others are
 */
export function contentOffset(head: Buffer, { path, offset, packed, end }: ZipMember): number {
  if (head.length < LOCAL_HEADER || head.readUInt32LE(0) !== SIGNATURE)
    throw new ArchiveError('damaged', `the archive has nothing where ${path} should be`);
  const skip = LOCAL_HEADER + head.readUInt16LE(26) + head.readUInt16LE(28);
  if (offset + skip + packed > end)
    throw new ArchiveError('refused', `the archive's member ${JSON.stringify(path)} overlaps another`);
  return skip;
}
