import { createHash, hash } from 'node:crypto';
import { close, fsync, open as openDescriptor, write } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';
import { ArchiveError } from './errors.ts';
import { writeFrom } from './handle-streams.ts';

/** One file of a version. */
export interface ExtractedFile {
  path: string;
  size: number;
  /** 64 hexadecimal digits. */
  sha256: string;
  /** Unsigned, 32 bits. */
  crc32: number;
}

export interface MemberWriter {
  /** Writes a whole member. `signal` breaks off. */
  write(path: string, content: Buffer | NodeJS.ReadableStream, options: WriteOptions): Promise<ExtractedFile>;
  /** Makes the folders themselves last; once, at the end. */
  finish(): Promise<void>;
}

interface WriteOptions {
  /** Declared size: another one is an error, and no more than this is ever written. */
  size: number;
  /** Declared; null when the format has none. */
  crc32: number | null;
  signal: AbortSignal;
}

const openFile = promisify(openDescriptor);
const flush = promisify(fsync);
const closeFile = promisify(close);

/** Writes members below `folder`: new files only, hashed on their way, on disk when it resolves. */
export function createMemberWriter(folder: string): MemberWriter {
  const folders = new Map<string, Promise<unknown>>();
  const makeFolder = (path: string) => {
    const known = folders.get(path) ?? mkdir(path, { recursive: true });
    folders.set(path, known);
    return known;
  };
  return {
    async write(path, content, options) {
      const target = join(folder, path);
      await makeFolder(dirname(target));
      const check = checkSums(path, options);
      return {
        path,
        ...(await (Buffer.isBuffer(content)
          ? writeBuffer(target, content, check)
          : writeStream(target, content, options, check))),
      };
    },
    async finish() {
      const all = new Set<string>([folder]);
      for (const path of folders.keys())
        for (let up = path; up.length > folder.length; up = dirname(up)) all.add(up);
      for (const path of all) await syncFolder(path);
    },
  };
}

export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

type Sums = Omit<ExtractedFile, 'path'>;
type Check = (sums: Sums) => Sums;

function checkSums(path: string, options: WriteOptions): Check {
  return (sums) => {
    if (sums.size !== options.size)
      throw new ArchiveError('damaged', `${path} has ${sums.size} bytes in place of ${options.size}`);
    if (options.crc32 !== null && sums.crc32 !== options.crc32)
      throw new ArchiveError('damaged', `${path} does not have the checksum that the archive says`);
    return sums;
  };
}

/** By descriptors: of 20,000 small files the handles alone would cost as much as their content. */
async function writeBuffer(target: string, content: Buffer, check: Check): Promise<Sums> {
  const sums = check({ size: content.length, sha256: hash('sha256', content), crc32: crc32(content) });
  const fd = await openFile(target, 'wx', 0o644);
  try {
    for (let at = 0; at < content.length; ) at += await writeAt(fd, content, at);
    await flush(fd);
    return sums;
  } finally {
    await closeFile(fd);
  }
}

function writeAt(fd: number, content: Buffer, at: number): Promise<number> {
  return new Promise((resolve, reject) => {
    write(fd, content, at, content.length - at, at, (error, written) =>
      error ? reject(error) : resolve(written),
    );
  });
}

async function writeStream(
  target: string,
  content: NodeJS.ReadableStream,
  { size, signal }: WriteOptions,
  check: Check,
): Promise<Sums> {
  const sha256 = createHash('sha256');
  let sum = 0;
  let written = 0;
  const measure = new Transform({
    highWaterMark: 1 << 20,
    transform(chunk: Buffer, _encoding, done) {
      written += chunk.length;
      if (written > size)
        return done(new ArchiveError('damaged', `a member is longer than the ${size} bytes declared`));
      sha256.update(chunk);
      sum = crc32(chunk, sum);
      done(null, chunk);
    },
  });
  const file = await open(target, 'wx', 0o644);
  try {
    await pipeline(content, measure, writeFrom(file, 0), { signal });
    const sums = check({ size: written, sha256: sha256.digest('hex'), crc32: sum });
    await file.sync();
    return sums;
  } finally {
    await file.close();
  }
}
