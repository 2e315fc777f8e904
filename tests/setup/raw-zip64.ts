import { crc32 } from 'node:zlib';

/** A stored member whose sizes and offset are in Zip64 fields; what is absent is as it should be. */
export interface RawMember64 {
  name: string;
  content?: string;
  size?: bigint;
  packed?: bigint;
  offset?: bigint;
  /** Says deflated, whatever it is. */
  deflated?: boolean;
  /** Bytes of the central directory's Zip64 field, cut from its end. */
  fieldLength?: number;
}

interface End64 {
  count?: bigint;
  /** Of the central directory. */
  offset?: bigint;
  /** Of the Zip64 record, as its locator says. */
  record?: bigint;
}

const IN_FIELD = 0xffff_ffff;
const VERSION = 45;

/** An archive by APPNOTE 4.3.14, 4.3.15 and 4.5.3, all of it in Zip64. */
export function rawZip64(members: readonly RawMember64[], claims: End64 = {}): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, content = '', ...member } of members) {
    const data = Buffer.from(content);
    const method = member.deflated ? 8 : 0;
    const size = BigInt(data.length);
    const local = field([size, size]);
    const central = field(
      [member.size ?? size, member.packed ?? size, member.offset ?? BigInt(at)],
      member.fieldLength,
    );
    const head = Buffer.concat([
      Buffer.from([0x50, 0x4b, 3, 4]),
      common(data, name, local, method),
      Buffer.from(name),
      local,
      data,
    ]);
    const start = Buffer.from([0x50, 0x4b, 1, 2, VERSION, 3]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE((0o100644 << 16) >>> 0, 6);
    rest.writeUInt32LE(IN_FIELD, 10);
    directory.push(start, common(data, name, central, method), rest, Buffer.from(name), central);
    parts.push(head);
    at += head.length;
  }
  const list = Buffer.concat(directory);
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeUInt16LE(VERSION, 12);
  record.writeUInt16LE(VERSION, 14);
  const count = claims.count ?? BigInt(members.length);
  record.writeBigUInt64LE(count, 24);
  record.writeBigUInt64LE(count, 32);
  record.writeBigUInt64LE(BigInt(list.length), 40);
  record.writeBigUInt64LE(claims.offset ?? BigInt(at), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(claims.record ?? BigInt(at + list.length), 8);
  locator.writeUInt32LE(1, 16);
  const end = Buffer.alloc(22, 0xff);
  end.writeUInt32LE(0x06054b50, 0);
  end.fill(0, 4, 8);
  end.writeUInt16LE(0, 20);
  return Buffer.concat([...parts, list, record, locator, end]);
}

/** From "version needed" to the length of the extra field. */
function common(data: Buffer, name: string, extra: Buffer, method: number): Buffer {
  const head = Buffer.alloc(26);
  head.writeUInt16LE(VERSION, 0);
  head.writeUInt16LE(0x0800, 2);
  head.writeUInt16LE(method, 4);
  head.writeUInt32LE(crc32(data), 10);
  head.writeUInt32LE(IN_FIELD, 14);
  head.writeUInt32LE(IN_FIELD, 18);
  head.writeUInt16LE(Buffer.byteLength(name), 22);
  head.writeUInt16LE(extra.length, 24);
  return head;
}

function field(values: readonly bigint[], length = values.length * 8): Buffer {
  const body = Buffer.alloc(values.length * 8);
  for (const [index, value] of values.entries()) body.writeBigUInt64LE(value, index * 8);
  const head = Buffer.alloc(4);
  head.writeUInt16LE(0x0001, 0);
  head.writeUInt16LE(length, 2);
  return Buffer.concat([head, body.subarray(0, length)]);
}
