import { hash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { crc32, inflateRawSync } from 'node:zlib';
import { checkSums, type ExtractedFile } from '#shared/storage/extracted-file.ts';
import { ArchiveError } from '#shared/storage/storage-errors.ts';
import { contentOffset } from './local-header.ts';
import type { ZipMember } from './zip-member.ts';

/** Members up to this size, packed and unpacked, are read, unpacked and written in one piece each. */
const SMALL = 8 << 20;
/** Bytes of the archive that are read at a time where several members are wanted. */
const WINDOW = 1 << 19;

export type MemberSums = Pick<ExtractedFile, 'sha256' | 'md5'>;

export function isSmall({ packed, size }: ZipMember): boolean {
  return packed <= SMALL && size <= SMALL;
}

/**
 * Unpacks small members of the archive that is open as `archive` into new files below `folder`. By blocking calls:
 * of a small file the hand-over of each call to a thread costs more than the call. Members are given in the order of
 * the archive; their size and CRC-32 are as declared.
 * @throws {ArchiveError}
 */
export function createSmallMemberWriter(
  archive: number,
  folder: string,
): (members: readonly ZipMember[]) => MemberSums[] {
  const folders = new Set<string>();
  const read = createWindow(archive);
  const write = (member: ZipMember, until: number): MemberSums => {
    const content = contentOf(read, member, until);
    const { path } = member;
    checkSums({ path, size: content.length, crc32: crc32(content) }, member);
    const parent = path.slice(0, Math.max(0, path.lastIndexOf('/')));
    if (!folders.has(parent)) mkdirSync(`${folder}/${parent}`, { recursive: true });
    folders.add(parent);
    writeNew(`${folder}/${path}`, content);
    return { sha256: hash('sha256', content), md5: hash('md5', content, 'base64') };
  };
  return (members) => {
    const until = members.at(-1)?.end ?? 0;
    return members.map((member) => write(member, until));
  };
}

type ReadWindow = (position: number, length: number, until: number) => Buffer;

function contentOf(read: ReadWindow, member: ZipMember, until: number): Buffer {
  const { path, offset, headerSize, packed: length, size } = member;
  const skip = contentOffset(read(offset, headerSize, until), member);
  const packed = read(offset + skip, length, until);
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

/** Reads so many bytes from a position on, fewer where the file ends. They are there until the next call. */
function createWindow(file: number): ReadWindow {
  let window = Buffer.allocUnsafeSlow(WINDOW);
  let start = 0;
  let filled = 0;
  return (position, length, until) => {
    if (position < start || position + length > start + filled) {
      if (length > window.length) window = Buffer.allocUnsafeSlow(length);
      const wanted = Math.min(window.length, Math.max(length, until - position));
      filled = readSync(file, window, 0, wanted, position);
      start = position;
    }
    return window.subarray(position - start, Math.min(filled, position - start + length));
  };
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
