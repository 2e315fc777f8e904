import { ArchiveError } from '#shared/storage/errors.ts';

const SIGNATURE = 0x04034b50;
/** Without the name and the extra fields (APPNOTE 4.3.7). */
export const LOCAL_HEADER = 30;

/**
 * How far behind the beginning of its local header a member's content begins.
 * @throws {ArchiveError} when `head` is no such header
 */
export function contentOffset(head: Buffer, path: string): number {
  if (head.length < LOCAL_HEADER || head.readUInt32LE(0) !== SIGNATURE)
    throw new ArchiveError('damaged', `the archive has nothing where ${path} should be`);
  return LOCAL_HEADER + head.readUInt16LE(26) + head.readUInt16LE(28);
}
