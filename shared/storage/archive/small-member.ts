import { hash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { crc32, inflateRawSync } from 'node:zlib';
import { checkSums, type ExtractedFile } from '#shared/storage/extracted-file.ts';
import { ArchiveError } from '#shared/storage/storage-errors.ts';
import { contentOffset } from './local-header.ts';
import type { ZipMember } from './zip-member.ts';

/** Members up to this size, packed and unpacked, are read, unpacked and written in one piece each. */
const SMALL = 1 << 20;
/** Room for the extra fields of most local headers, whose length only they tell. */
const EXTRA = 64;

export function isSmall({ packed, size }: ZipMember): boolean {
  return packed <= SMALL && size <= SMALL;
}

/**
 * Unpacks small members of the archive that is open as `archive` into new files below `folder`. By blocking calls:
 * of a small file the hand-over of each call to a thread costs more than the call.
 * @throws {ArchiveError}
 */
export function createSmallMemberWriter(
  archive: number,
  folder: string,
): (member: ZipMember) => ExtractedFile {
  const folders = new Set<string>();
  return (member) => {
    const content = contentOf(archive, member);
    const { path } = member;
    const sums = { path, size: content.length, sha256: hash('sha256', content), crc32: crc32(content) };
    checkSums(sums, member);
    const target = join(folder, path);
    const parent = dirname(target);
    if (!folders.has(parent)) mkdirSync(parent, { recursive: true });
    folders.add(parent);
    writeNew(target, content);
    return sums;
  };
}

function contentOf(archive: number, member: ZipMember): Buffer {
  const { path, offset, headerSize, packed: length, size } = member;
  const head = read(archive, offset, headerSize + EXTRA + length);
  const skip = contentOffset(head, member);
  const packed =
    skip + length <= head.length ? head.subarray(skip, skip + length) : read(archive, offset + skip, length);
  if (packed.length < length) throw new ArchiveError('damaged', `the archive ends within ${path}`);
  if (!member.deflated) return packed;
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, size), chunkSize: chunkFor(size) });
  } catch (cause) {
    throw new ArchiveError('damaged', `${path} cannot be unpacked`, { cause });
  }
}

/** One piece holds all of it, and shows that nothing follows; zlib takes no less than 64 bytes. */
function chunkFor(size: number): number {
  return Math.max(64, size + 1);
}

function read(archive: number, position: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafe(length);
  return buffer.subarray(0, readSync(archive, buffer, 0, length, position));
}

function writeNew(target: string, content: Buffer): void {
  const fd = openSync(target, 'wx', 0o644);
  try {
    for (let at = 0; at < content.length; ) at += writeSync(fd, content, at, content.length - at, at);
  } finally {
    // A network file system says here what it could not write.
    closeSync(fd);
  }
}
