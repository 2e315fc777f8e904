import type { FileHandle } from 'node:fs/promises';
import { type Entry, fromRandomAccessReader, getFileNameLowLevel, type ZipFile } from 'yauzl';
import { BufferedReader } from './buffered-reader.ts';
import { ArchiveError } from './errors.ts';
import { checkLimits, type Limits } from './limits.ts';
import { createNameCheck, folderName, memberPath } from './member-path.ts';

/** A file in a zip archive, as its central directory has it, checked. */
export interface ZipMember {
  path: string;
  /** Of its local header. */
  offset: number;
  /** What the local header takes at least. */
  headerSize: number;
  packed: number;
  size: number;
  crc32: number;
  deflated: boolean;
}

const STORED = 0;
const DEFLATED = 8;
const LOCAL_HEADER = 30;
const CENTRAL_HEADER = 0x02014b50;
const TYPE_MASK = 0o170000;
const REGULAR = 0o100000;
const FOLDER = 0o040000;
const UNIX = 3;

/**
 * Reads and checks the central directory before anything is written: names, types, methods, sums and overlaps.
 * @throws {ArchiveError}
 */
export async function readZipDirectory(
  file: FileHandle,
  fileSize: number,
  limits: Limits,
): Promise<ZipMember[]> {
  const reader = new BufferedReader(file, fileSize);
  const zip = await openZip(reader, fileSize);
  const checkName = createNameCheck();
  const members: ZipMember[] = [];
  let bytes = 0;
  for await (const entry of entriesOf(zip)) {
    checkLimits(limits, { members: members.length + 1, bytes, packed: fileSize });
    const member = toMember(entry);
    if (member === null) continue;
    checkName(member.path);
    bytes += member.size;
    members.push(member);
  }
  checkLimits(limits, { members: members.length, bytes, packed: fileSize });
  if (zip.entryCount > 0) await checkEnd(file, reader.position);
  checkOverlaps(members, fileSize);
  return members;
}

/** Null for a folder: those that hold files are made for them. */
function toMember(entry: Entry): ZipMember | null {
  const name = getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false);
  const refuse = (why: string) => {
    throw new ArchiveError(
      'refused',
      `the archive has a member ${JSON.stringify(name.slice(0, 200))}, ${why}`,
    );
  };
  const type = entry.versionMadeBy >>> 8 === UNIX ? (entry.externalFileAttributes >>> 16) & TYPE_MASK : 0;
  if (type !== 0 && type !== REGULAR && type !== FOLDER) refuse('which is a link or a device');
  if (name.endsWith('/')) {
    memberPath(folderName(name) || '/');
    return null;
  }
  if (type === FOLDER) refuse('which is a folder by type and a file by name');
  if (entry.isEncrypted()) refuse('which is encrypted');
  const { compressionMethod: method, compressedSize: packed, uncompressedSize: size } = entry;
  if (method !== STORED && method !== DEFLATED) refuse(`packed by method ${method}, which is not supported`);
  return {
    path: memberPath(name),
    offset: entry.relativeOffsetOfLocalHeader,
    headerSize: LOCAL_HEADER + entry.fileNameLength,
    packed,
    size,
    crc32: entry.crc32,
    deflated: method === DEFLATED,
  };
}

/** Further members than were counted would be left out without a word. */
async function checkEnd(file: FileHandle, position: number): Promise<void> {
  const { buffer } = await file.read(Buffer.alloc(4), 0, 4, position);
  if (buffer.readUInt32LE() === CENTRAL_HEADER)
    throw new ArchiveError('damaged', 'the archive has more members than its end record declares');
}

/** Two members that share bytes make a small archive unpack to anything. */
function checkOverlaps(members: readonly ZipMember[], fileSize: number): void {
  const byOffset = members.toSorted((a, b) => a.offset - b.offset);
  let end = 0;
  for (const { path, offset, headerSize, packed } of byOffset) {
    if (offset < end)
      throw new ArchiveError('refused', `the archive's member ${JSON.stringify(path)} overlaps another`);
    end = offset + headerSize + packed;
  }
  if (end > fileSize) throw new ArchiveError('damaged', 'the archive ends within a member');
}

function openZip(reader: BufferedReader, size: number): Promise<ZipFile> {
  const options = { lazyEntries: true, decodeStrings: false, autoClose: false };
  return new Promise((resolve, reject) => {
    fromRandomAccessReader(reader, size, options, (error, zip) => {
      if (error) reject(damaged(error));
      else resolve(zip);
    });
  });
}

async function* entriesOf(zip: ZipFile): AsyncGenerator<Entry> {
  const next = () =>
    new Promise<Entry | null>((resolve, reject) => {
      zip.removeAllListeners();
      zip.once('entry', resolve);
      zip.once('end', () => resolve(null));
      zip.once('error', (error) => reject(damaged(error)));
      zip.readEntry();
    });
  for (let entry = await next(); entry !== null; entry = await next()) yield entry;
}

function damaged(cause: Error): ArchiveError {
  return new ArchiveError('damaged', `the archive cannot be read: ${cause.message}`, { cause });
}
