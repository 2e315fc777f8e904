import { isUtf8 } from 'node:buffer';
import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { SourceFile } from './convert-task.ts';
import { TableError } from './table-error.ts';

export interface TextFile {
  path: string;
  gzip: boolean;
  /** What the file itself is in. */
  encoding: string;
  /** Its first characters. */
  head: string;
  /** Whether there is a `"` anywhere. */
  quotes: boolean;
  /** Unpacked. */
  bytes: number;
}

const HEAD = 65_536;
const CHUNK = 1 << 20;

/**
 * A file's text as UTF-8: itself, or a copy in the scratch folder. All of it is read once, so that bytes which are no
 * text are known before anything is made of them, and a small file cannot unpack to any size.
 * @throws {TableError}
 */
export async function readTextFile(file: SourceFile): Promise<TextFile> {
  const { bom, utf8, head, hasNul, blank, quotes, bytes } = await look(file);
  if (blank) throw new TableError('not-a-table', 'The file is empty.');
  if (utf8 && bom === null)
    return {
      path: file.path,
      gzip: file.gzip,
      encoding: 'utf-8',
      head: head.toString().replace(/^\ufeff/, ''),
      quotes,
      bytes,
    };
  if (bom === null && hasNul) throw new TableError('unreadable', 'The file is not text.');
  // What is not UTF-8 and has no byte order mark is of one of many old encodings; this one can read any byte.
  return { ...(await decode(file, bom ?? 'windows-1252')), quotes, bytes };
}

async function look(file: SourceFile) {
  let head = Buffer.alloc(0);
  let rest = Buffer.alloc(0);
  let bytes = 0;
  let utf8 = true;
  let hasNul = false;
  let blank = true;
  let quotes = false;
  for await (const chunk of bytesOf(file)) {
    bytes += chunk.length;
    if (bytes > file.maxBytes)
      throw new TableError('too-large', `The file has more than ${file.maxBytes} bytes unpacked.`);
    if (head.length < HEAD) {
      head = Buffer.concat([head, chunk.subarray(0, HEAD - head.length)]);
      hasNul ||= head.includes(0);
    }
    quotes ||= chunk.includes('"');
    blank &&= /^[\s\ufeff]*$/.test(chunk.toString());
    if (!utf8) continue;
    const whole = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    const end = whole.length - unfinished(whole);
    utf8 = isUtf8(whole.subarray(0, end));
    rest = Buffer.from(whole.subarray(end));
  }
  const bom = byteOrderMark(head);
  // A character that the head cuts apart is no error of the file's.
  return {
    bom,
    utf8: utf8 && rest.length === 0,
    head: head.subarray(0, head.length - unfinished(head)),
    hasNul,
    blank,
    quotes,
    bytes,
  };
}

function byteOrderMark(head: Buffer): string | null {
  if (head.length >= 2 && head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head.length >= 2 && head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  return null;
}

/** Bytes at the end that begin a character and do not end it. */
function unfinished(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}

async function decode(file: SourceFile, encoding: string): Promise<Omit<TextFile, 'quotes' | 'bytes'>> {
  const path = join(file.scratch, 'utf-8');
  const decoder = new TextDecoder(encoding);
  let head = '';
  await pipeline(
    bytesOf(file),
    async function* (chunks) {
      for await (const chunk of chunks) {
        const text = decoder.decode(chunk, { stream: true });
        if (head.length < HEAD) head += text.slice(0, HEAD - head.length);
        yield text;
      }
      yield decoder.decode();
    },
    createWriteStream(path),
  );
  return { path, gzip: false, encoding, head };
}

async function* bytesOf({ path, gzip }: SourceFile): AsyncGenerator<Buffer> {
  const stream = createReadStream(path, { highWaterMark: CHUNK });
  try {
    yield* gzip ? stream.pipe(createGunzip({ chunkSize: CHUNK })) : stream;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code.startsWith('Z_')) throw new TableError('unreadable', 'The file is not whole gzip data.');
    throw error;
  } finally {
    stream.destroy();
  }
}
