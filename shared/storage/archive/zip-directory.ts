import type { FileHandle } from 'node:fs/promises';
import { ArchiveError } from '#shared/storage/storage-errors.ts';
import { createFileWindow, createReadAt, type ReadAt } from './file-window.ts';
import { checkLimits, type Limits } from './limits.ts';
import { LOCAL_HEADER } from './local-header.ts';
import { zipName } from './member-name.ts';
import { createMemberNames } from './member-names.ts';
import { filePath, memberPath, refusedMember } from './member-path.ts';
import { findZipEnd, type ZipEnd } from './zip-end.ts';
import { CENTRAL_HEADER, parseEntry, tailLength, type ZipEntry } from './zip-entry.ts';
import type { ZipMember } from './zip-member.ts';

const STORED = 0;
const DEFLATED = 8;
const TYPE_MASK = 0o170000;
const REGULAR = 0o100000;
const FOLDER = 0o040000;
/** Encrypted, a patch, strongly encrypted. */
const UNREADABLE = 0x0001 | 0x0020 | 0x0040;

/** @throws {ArchiveError} when the file is no zip archive, or not whole */
export async function findDirectory(file: FileHandle, fileSize: number): Promise<ZipEnd> {
  const end = await findZipEnd(createReadAt(file), fileSize);
  if (end !== null) return end;
  throw new ArchiveError('damaged', 'what was downloaded is neither a whole zip archive nor a tar.gz');
}

/**
 * Reads and checks the central directory before anything is written: names, types, methods, sums and overlaps.
 * @throws {ArchiveError}
 */
export async function readZipDirectory(
  file: FileHandle,
  end: ZipEnd,
  { fileSize, limits }: { fileSize: number; limits: Limits },
): Promise<ZipMember[]> {
  const names = createMemberNames(limits);
  const members: ZipMember[] = [];
  const foldersByType: ZipMember[] = [];
  let bytes = 0;
  let count = 0;
  for await (const entry of entriesOf(createFileWindow(file), end)) {
    count += 1;
    const name = zipName(entry);
    const type = entry.mode & TYPE_MASK;
    if (type !== 0 && type !== REGULAR && type !== FOLDER)
      throw refusedMember(name, 'which is a link or a device');
    if (name.endsWith('/') || (type === FOLDER && memberPath(name) === '')) {
      names.addFolder(memberPath(name));
      continue;
    }
    const member = toMember(name, entry);
    bytes += member.size;
    if (type === FOLDER) foldersByType.push(member);
    else {
      names.addFile(member.path);
      members.push(member);
    }
    checkLimits(limits, { members: members.length + foldersByType.length, bytes, packed: fileSize });
  }
  if ((end.wide ? count : count & 0xffff) !== end.count)
    throw new ArchiveError('damaged', `the archive has ${count} members, and its end says ${end.count}`);
  for (const member of foldersByType) {
    // To others it is an empty file; where they could not unpack what is in it, it is a folder.
    if (names.hasFolder(member.path)) continue;
    names.addFile(member.path);
    members.push(member);
  }
  return withEnds(members, end.start);
}

async function* entriesOf(read: ReadAt, { start, end, shift }: ZipEnd): AsyncGenerator<ZipEntry> {
  for (let at = start; at < end; ) {
    const head = await read(at, CENTRAL_HEADER);
    const tail = tailLength(head);
    const entry = parseEntry(head, await read(at + CENTRAL_HEADER, tail));
    at += CENTRAL_HEADER + tail;
    if (at > end) throw new ArchiveError('damaged', 'the archive cannot be read: its directory breaks off');
    yield { ...entry, offset: entry.offset + shift };
  }
}

function toMember(name: string, { flags, method, packed, size, ...entry }: ZipEntry): ZipMember {
  if (flags & UNREADABLE) throw refusedMember(name, 'which is encrypted, or a patch');
  if (method !== STORED && method !== DEFLATED)
    throw refusedMember(name, `packed by method ${method}, which is not read here`);
  if (method === STORED && packed !== size)
    throw new ArchiveError('damaged', `the archive cannot be read: size mismatch of ${JSON.stringify(name)}`);
  return {
    path: filePath(name),
    offset: entry.offset,
    headerSize: LOCAL_HEADER + entry.name.length,
    packed,
    size,
    crc32: entry.crc32,
    deflated: method === DEFLATED,
    end: 0,
  };
}

/** Two members that share bytes make a small archive unpack to anything. */
function withEnds(members: readonly ZipMember[], directory: number): ZipMember[] {
  const byOffset = members.toSorted((a, b) => a.offset - b.offset);
  for (const [index, member] of byOffset.entries()) {
    const { path, offset, packed } = member;
    // How long the header is only itself tells: when the member is read that is looked at.
    const least = offset + LOCAL_HEADER + packed;
    if (offset < 0 || least > directory)
      throw new ArchiveError('damaged', 'the archive ends within a member');
    member.end = byOffset[index + 1]?.offset ?? directory;
    if (least > member.end)
      throw new ArchiveError('refused', `the archive's member ${JSON.stringify(path)} overlaps another`);
  }
  return byOffset;
}
