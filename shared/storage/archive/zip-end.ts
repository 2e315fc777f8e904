import type { ReadAt } from './file-window.ts';

/** Where an archive's central directory is, by the record at its end (APPNOTE 4.3.14 to 4.3.16). */
export interface ZipEnd {
  start: number;
  /** Past the last byte. */
  end: number;
  /** What all offsets have to be raised by: bytes in front of the archive that its writer did not count. */
  shift: number;
  /** Of members; one of 16 bits where there is no Zip64 record, which more members than that overflow. */
  count: number;
  wide: boolean;
}

const RECORD = Buffer.from('PK\x05\x06', 'latin1');
const RECORD_SIZE = 22;
const LONGEST_COMMENT = 0xffff;
const LOCATOR = 0x07064b50;
const LOCATOR_SIZE = 20;
const RECORD64 = 0x06064b50;
const RECORD64_SIZE = 56;
const CENTRAL_HEADER = 0x02014b50;

/**
 * The last record that has a directory in front of it, as Python's zipfile looks for it: whatever its comment's length
 * says, as there may be bytes behind the archive, and the signature may be in the comment. Null when there is none.
 */
export async function findZipEnd(read: ReadAt, fileSize: number): Promise<ZipEnd | null> {
  const from = Math.max(0, fileSize - RECORD_SIZE - LONGEST_COMMENT - 1);
  const tail = await read(from, fileSize - from);
  for (let at = tail.length; at > 0; ) {
    at = tail.lastIndexOf(RECORD, at - 1);
    if (at < 0) break;
    if (at + RECORD_SIZE > tail.length) continue;
    const found = await readRecord(read, tail.subarray(at, at + RECORD_SIZE), from + at);
    if (found !== null && (await hasDirectory(read, found))) return found;
  }
  return null;
}

async function readRecord(read: ReadAt, record: Buffer, at: number): Promise<ZipEnd | null> {
  const locator = at < LOCATOR_SIZE ? null : await read(at - LOCATOR_SIZE, LOCATOR_SIZE);
  if (locator?.readUInt32LE(0) === LOCATOR) return readRecord64(read, locator, at - LOCATOR_SIZE);
  if (record.readUInt16LE(4) !== 0) return null;
  return {
    ...directoryBefore(at, record.readUInt32LE(12), record.readUInt32LE(16)),
    count: record.readUInt16LE(10),
    wide: false,
  };
}

/** `at` is where the locator is. Behind bytes that it did not count the record is right before it. */
async function readRecord64(read: ReadAt, locator: Buffer, at: number): Promise<ZipEnd | null> {
  const told = wide(locator, 8);
  for (const position of new Set([told, at - RECORD64_SIZE])) {
    if (position < 0 || position + RECORD64_SIZE > at) continue;
    const record = await read(position, RECORD64_SIZE);
    if (record.readUInt32LE(0) !== RECORD64 || position + 12 + wide(record, 4) !== at) continue;
    if (record.readUInt32LE(16) !== 0) continue;
    const directory = directoryBefore(position, wide(record, 40), wide(record, 48));
    if (directory.shift === position - told) return { ...directory, count: wide(record, 32), wide: true };
  }
  return null;
}

function directoryBefore(end: number, size: number, offset: number): Pick<ZipEnd, 'start' | 'end' | 'shift'> {
  return { start: end - size, end, shift: end - size - offset };
}

async function hasDirectory(read: ReadAt, { start, end }: ZipEnd): Promise<boolean> {
  if (start < 0) return false;
  if (start === end) return true;
  const head = await read(start, 4);
  return head.length === 4 && head.readUInt32LE() === CENTRAL_HEADER;
}

/** Exact up to 2^53, beyond every file. */
function wide(buffer: Buffer, at: number): number {
  return Number(buffer.readBigUInt64LE(at));
}
