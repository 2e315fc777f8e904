import { gzipSync } from 'node:zlib';

/** A member of a tar archive as one would not write it. */
export interface RawTarMember {
  name: string | Buffer;
  content?: string;
  /** Of POSIX, ustar: `0` file, `1` hard link, `5` folder; `L` and `x` say something of the next. */
  type?: string;
  link?: string;
  prefix?: string;
  /** Of the format: `ustar\0` and version by default; `''` is the one before it. */
  magic?: string;
  size?: number;
}

/** A tar.gz of these members, and what comes behind the blocks of zeros that end it. */
export function rawTarGz(members: readonly RawTarMember[], behind = Buffer.alloc(0)): Buffer {
  return gzipSync(Buffer.concat([...members.flatMap(blocks), Buffer.alloc(1024), behind]));
}

/** A member with what pax says of it in place of its header. */
export function pax(records: Record<string, string>, member: RawTarMember): RawTarMember[] {
  const lines = Object.entries(records).map(([key, value]) => {
    const rest = ` ${key}=${value}\n`;
    let length = Buffer.byteLength(rest) + 1;
    while (String(length).length + Buffer.byteLength(rest) !== length) length += 1;
    return `${length}${rest}`;
  });
  return [{ name: 'pax', type: 'x', content: lines.join('') }, member];
}

function blocks(member: RawTarMember): Buffer[] {
  const content = Buffer.from(member.content ?? '');
  const head = Buffer.alloc(512);
  Buffer.from(member.name as string).copy(head, 0, 0, 100);
  head.write('0000644\x000000000\x000000000\0', 100);
  head.write(`${(member.size ?? content.length).toString(8).padStart(11, '0')}\0`, 124);
  head.write('00000000000\0        ', 136);
  head.write(member.type ?? '0', 156);
  head.write(member.link ?? '', 157, 100);
  head.write(member.magic ?? 'ustar\x0000', 257);
  head.write(member.prefix ?? '', 345, 155);
  const sum = head.reduce((total, byte) => total + byte, 0);
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return [head, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
}
