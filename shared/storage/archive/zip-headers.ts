/** What a stored member's headers tell of it. */
export interface ZipFile {
  path: string;
  size: number;
  crc32: number;
}

/** Values from here on are in Zip64 fields (APPNOTE 4.5.3). */
const LIMIT = 0xffff_ffff;
const COUNT_LIMIT = 0xffff;
const UTF8 = 0x0800;
const VERSION = 20;
const VERSION_ZIP64 = 45;
const UNIX = 3 << 8;
/** 1 January 1980, the earliest there is: times of files are not part of the data. */
const DATE = (1 << 5) | 1;
const REGULAR_FILE = (0o100644 << 16) >>> 0;

/** APPNOTE 4.3.7. */
export function localHeader({ path, size, crc32 }: ZipFile): Buffer {
  const name = Buffer.from(path);
  const extra = size >= LIMIT ? zip64([size, size]) : Buffer.alloc(0);
  const head = Buffer.alloc(30);
  head.writeUInt32LE(0x04034b50, 0);
  writeCommon(head.subarray(4), { size, crc32, name, extra });
  return Buffer.concat([head, name, extra]);
}

/** APPNOTE 4.3.12. */
export function centralHeader({ path, size, crc32 }: ZipFile, offset: number): Buffer {
  const name = Buffer.from(path);
  const large = [...(size >= LIMIT ? [size, size] : []), ...(offset >= LIMIT ? [offset] : [])];
  const extra = large.length > 0 ? zip64(large) : Buffer.alloc(0);
  const head = Buffer.alloc(46);
  head.writeUInt32LE(0x02014b50, 0);
  head.writeUInt16LE(UNIX | VERSION_ZIP64, 4);
  writeCommon(head.subarray(6), { size, crc32, name, extra });
  head.writeUInt32LE(REGULAR_FILE, 38);
  head.writeUInt32LE(Math.min(offset, LIMIT), 42);
  return Buffer.concat([head, name, extra]);
}

/** APPNOTE 4.3.14 to 4.3.16. */
export function endOfDirectory({
  count,
  size,
  offset,
}: {
  count: number;
  size: number;
  offset: number;
}): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Math.min(count, COUNT_LIMIT), 8);
  end.writeUInt16LE(Math.min(count, COUNT_LIMIT), 10);
  end.writeUInt32LE(Math.min(size, LIMIT), 12);
  end.writeUInt32LE(Math.min(offset, LIMIT), 16);
  if (count < COUNT_LIMIT && size < LIMIT && offset < LIMIT) return end;
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeUInt16LE(UNIX | VERSION_ZIP64, 12);
  record.writeUInt16LE(VERSION_ZIP64, 14);
  for (const [at, value] of [
    [24, count],
    [32, count],
    [40, size],
    [48, offset],
  ] as const)
    record.writeBigUInt64LE(BigInt(value), at);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(offset + size), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([record, locator, end]);
}

interface Common {
  size: number;
  crc32: number;
  name: Buffer;
  extra: Buffer;
}

/** From "version needed" to the length of the extra field both headers are alike. */
function writeCommon(head: Buffer, { size, crc32, name, extra }: Common): void {
  head.writeUInt16LE(extra.length > 0 ? VERSION_ZIP64 : VERSION, 0);
  head.writeUInt16LE(UTF8, 2);
  head.writeUInt16LE(DATE, 8);
  head.writeUInt32LE(crc32, 10);
  head.writeUInt32LE(Math.min(size, LIMIT), 14);
  head.writeUInt32LE(Math.min(size, LIMIT), 18);
  head.writeUInt16LE(name.length, 22);
  head.writeUInt16LE(extra.length, 24);
}

function zip64(values: readonly number[]): Buffer {
  const field = Buffer.alloc(4 + values.length * 8);
  field.writeUInt16LE(0x0001, 0);
  field.writeUInt16LE(values.length * 8, 2);
  for (const [index, value] of values.entries()) field.writeBigUInt64LE(BigInt(value), 4 + index * 8);
  return field;
}
