import { crc32, deflateRawSync } from 'node:zlib';

/** A member as one would never write it; what is absent is as it should be. */
export interface RawMember {
  name: string | Buffer;
  content?: string | Buffer;
  /** Of the central directory; `local` repeats nothing of these. */
  size?: number;
  packed?: number;
  crc?: number;
  method?: number;
  flags?: number;
  /** POSIX mode, file type included. */
  mode?: number;
  /** Of the local header that the directory points to. */
  offset?: number;
}

/** Writes a zip archive with whatever its members claim. */
export function rawZip(members: readonly RawMember[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name: given, content = '', ...claims } of members) {
    const name = Buffer.from(given as string);
    const plain = Buffer.from(content as string);
    const method = claims.method ?? 0;
    const data = method === 8 ? deflateRawSync(plain) : plain;
    const facts = {
      crc: claims.crc ?? crc32(plain),
      packed: claims.packed ?? data.length,
      size: claims.size ?? plain.length,
      flags: claims.flags ?? 0x0800,
    };
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(facts.flags, 2);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(facts.crc, 10);
    common.writeUInt32LE(facts.packed, 14);
    common.writeUInt32LE(facts.size, 18);
    common.writeUInt16LE(name.length, 22);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE((3 << 8) | 20, 4);
    common.copy(central, 6);
    central.writeUInt32LE(((claims.mode ?? 0o100644) << 16) >>> 0, 38);
    central.writeUInt32LE(claims.offset ?? at, 42);
    directory.push(central, name);
    const local = Buffer.concat([Buffer.from([0x50, 0x4b, 3, 4]), common, name, data]);
    parts.push(local);
    at += local.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, list, end]);
}
