import { ArchiveError } from '#shared/storage/storage-errors.ts';

/** A header of the central directory (APPNOTE 4.3.12), with what its extra fields put in place of its own. */
export interface ZipEntry {
  name: Buffer;
  extra: ExtraField[];
  flags: number;
  method: number;
  crc32: number;
  packed: number;
  size: number;
  /** Of the local header. */
  offset: number;
  /** POSIX, with the type of the file; 0 when whoever made it knows no such thing. */
  mode: number;
}

export interface ExtraField {
  id: number;
  data: Buffer;
}

export const CENTRAL_HEADER = 46;
const SIGNATURE = 0x02014b50;
const UNIX = 3;
const ZIP64 = 0x0001;
const IN_FIELD = 0xffff_ffff;

/** What follows the header: name, extra fields and comment. */
export function tailLength(head: Buffer): number {
  if (head.length < CENTRAL_HEADER || head.readUInt32LE(0) !== SIGNATURE)
    throw new ArchiveError('damaged', 'the archive cannot be read: its directory breaks off');
  return head.readUInt16LE(28) + head.readUInt16LE(30) + head.readUInt16LE(32);
}

/** @throws {ArchiveError} */
export function parseEntry(head: Buffer, tail: Buffer): ZipEntry {
  const nameLength = head.readUInt16LE(28);
  const extra = extraFields(tail.subarray(nameLength, nameLength + head.readUInt16LE(30)));
  const [size, packed, offset] = sizes(
    [head.readUInt32LE(24), head.readUInt32LE(20), head.readUInt32LE(42)],
    extra.find(({ id }) => id === ZIP64)?.data ?? Buffer.alloc(0),
  );
  return {
    name: tail.subarray(0, nameLength),
    extra,
    flags: head.readUInt16LE(8),
    method: head.readUInt16LE(10),
    crc32: head.readUInt32LE(16),
    packed,
    size,
    offset,
    mode: head[5] === UNIX ? head.readUInt16LE(40) : 0,
  };
}

/** APPNOTE 4.5.3: the field has those values only that do not fit into the header, in this order. */
function sizes([size, packed, offset]: [number, number, number], field: Buffer): [number, number, number] {
  let at = 0;
  const wide = (value: number, what: string) => {
    if (value !== IN_FIELD) return value;
    if (at + 8 > field.length)
      throw new ArchiveError('damaged', `the archive cannot be read: its Zip64 field has no ${what}`);
    at += 8;
    return Number(field.readBigUInt64LE(at - 8));
  };
  return [
    wide(size, 'uncompressed size'),
    wide(packed, 'compressed size'),
    wide(offset, 'relative header offset'),
  ];
}

/** APPNOTE 4.5.1. Fewer than four bytes at the end are padding. */
function extraFields(bytes: Buffer): ExtraField[] {
  const fields: ExtraField[] = [];
  for (let at = 0; at + 4 <= bytes.length; ) {
    const end = at + 4 + bytes.readUInt16LE(at + 2);
    if (end > bytes.length)
      throw new ArchiveError('damaged', 'the archive cannot be read: an extra field breaks off');
    fields.push({ id: bytes.readUInt16LE(at), data: bytes.subarray(at + 4, end) });
    at = end;
  }
  return fields;
}
