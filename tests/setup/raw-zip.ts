import { crc32, deflateRawSync } from 'node:zlib';

/** A member as one would never write it; what is absent is as it should be. */
export interface RawMember {
  name: string | Buffer;
  content?: string | Buffer;
  /** Of the central directory, which the local header repeats. */
  size?: number;
  packed?: number;
  crc?: number;
  method?: number;
  flags?: number;
  /** In place of what the method makes of the content. */
  data?: Buffer;
  /** POSIX mode, file type included. */
  mode?: number;
  /** System of who made it: 3 is Unix, 0 is MS-DOS. */
  system?: number;
  /** Version needed to extract, ten times. */
  needs?: number;
  /** Of the local header that the directory points to. */
  offset?: number;
  /** Extra fields of the central directory, and of the local header. */
  extra?: Buffer;
  localExtra?: Buffer;
  localName?: string;
  /** Checksum and sizes follow the content, and are zero before it. */
  descriptor?: boolean;
  /** File comment. */
  comment?: string;
}

/** What is around the members, and what the end says of them. */
export interface RawEnd {
  /** Bytes in front, which no offset counts. */
  before?: Buffer;
  /** Bytes in front, which all offsets count. */
  counted?: Buffer;
  behind?: Buffer;
  comment?: Buffer;
  commentLength?: number;
  count?: number;
  size?: number;
  offset?: number;
  disk?: number;
}

/** Writes a zip archive with whatever its members and its end claim. */
export function rawZip(members: readonly RawMember[], end: RawEnd = {}): Buffer {
  const { before = Buffer.alloc(0), counted = Buffer.alloc(0), comment = Buffer.alloc(0) } = end;
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = counted.length;
  for (const member of members) {
    const { central, local } = headers(member, at);
    directory.push(central);
    parts.push(local);
    at += local.length;
  }
  const list = Buffer.concat(directory);
  const record = Buffer.alloc(22);
  record.writeUInt32LE(0x06054b50, 0);
  record.writeUInt16LE(end.disk ?? 0, 4);
  record.writeUInt16LE(end.count ?? members.length, 8);
  record.writeUInt16LE(end.count ?? members.length, 10);
  record.writeUInt32LE(end.size ?? list.length, 12);
  record.writeUInt32LE(end.offset ?? at, 16);
  record.writeUInt16LE(end.commentLength ?? comment.length, 20);
  const { behind = Buffer.alloc(0) } = end;
  return Buffer.concat([before, counted, ...parts, list, record, comment, behind]);
}

function headers(member: RawMember, at: number): { central: Buffer; local: Buffer } {
  const { content = '', extra = Buffer.alloc(0), localExtra = Buffer.alloc(0), descriptor } = member;
  const name = Buffer.from(member.name as string);
  const localName = member.localName === undefined ? name : Buffer.from(member.localName);
  const plain = Buffer.from(content as string);
  const method = member.method ?? 0;
  const data = member.data ?? (method === 8 ? deflateRawSync(plain) : plain);
  const common = Buffer.alloc(26);
  common.writeUInt16LE(member.needs ?? 20, 0);
  common.writeUInt16LE((member.flags ?? 0x0800) | (descriptor ? 8 : 0), 2);
  common.writeUInt16LE(method, 4);
  common.writeUInt16LE(0x21, 8);
  common.writeUInt32LE(member.crc ?? crc32(plain), 10);
  common.writeUInt32LE(member.packed ?? data.length, 14);
  common.writeUInt32LE(member.size ?? plain.length, 18);
  common.writeUInt16LE(name.length, 22);
  common.writeUInt16LE(extra.length, 24);
  const note = Buffer.from(member.comment ?? '');
  const head = Buffer.alloc(46);
  head.writeUInt32LE(0x02014b50, 0);
  head.writeUInt16LE(((member.system ?? 3) << 8) | 20, 4);
  common.copy(head, 6);
  head.writeUInt16LE(note.length, 32);
  head.writeUInt32LE(((member.mode ?? 0o100644) << 16) >>> 0, 38);
  head.writeUInt32LE(member.offset ?? at, 42);
  const sums = Buffer.from(common.subarray(10, 22));
  if (descriptor) common.fill(0, 10, 22);
  common.writeUInt16LE(localName.length, 22);
  common.writeUInt16LE(localExtra.length, 24);
  const behind = descriptor ? Buffer.concat([Buffer.from('PK\x07\x08', 'latin1'), sums]) : Buffer.alloc(0);
  return {
    central: Buffer.concat([head, name, extra, note]),
    local: Buffer.concat([Buffer.from([0x50, 0x4b, 3, 4]), common, localName, localExtra, data, behind]),
  };
}

/** An extra field (APPNOTE 4.5.1). */
export function extraField(id: number, data: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(id, 0);
  head.writeUInt16LE(data.length, 2);
  return Buffer.concat([head, data]);
}
