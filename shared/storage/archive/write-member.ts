import { createHash, hash } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, mkdir, open, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { checkSums, type DeclaredSums, type ExtractedFile } from '#shared/storage/extracted-file.ts';
import { writeFrom } from '#shared/storage/handle-streams.ts';
import { ArchiveError } from '#shared/storage/storage-errors.ts';

export interface MemberWriter {
  /**
   * Writes a whole member as a new file, hashed on its way, never more than the declared size of it.
   * `signal` breaks off.
   * @throws {ArchiveError}
   */
  write(path: string, content: Buffer | NodeJS.ReadableStream, options: WriteOptions): Promise<ExtractedFile>;
  /** Writes a file that was written before under another name too. */
  copy(file: ExtractedFile, path: string): Promise<ExtractedFile>;
}

interface WriteOptions extends DeclaredSums {
  signal: AbortSignal;
}

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
      return Buffer.isBuffer(content)
        ? writeBuffer(target, path, content, options)
        : writeStream(target, path, content, options);
    },
    async copy(file, path) {
      const target = join(folder, path);
      await makeFolder(dirname(target));
      await copyFile(join(folder, file.path), target, constants.COPYFILE_EXCL);
      return { ...file, path };
    },
  };
}

async function writeBuffer(
  target: string,
  path: string,
  content: Buffer,
  options: WriteOptions,
): Promise<ExtractedFile> {
  const file = {
    path,
    size: content.length,
    sha256: hash('sha256', content),
    md5: hash('md5', content, 'base64'),
    crc32: crc32(content),
  };
  checkSums(file, options);
  await writeFile(target, content, { flag: 'wx', mode: 0o644 });
  return file;
}

async function writeStream(
  target: string,
  path: string,
  content: NodeJS.ReadableStream,
  options: WriteOptions,
): Promise<ExtractedFile> {
  const sha256 = createHash('sha256');
  const md5 = createHash('md5');
  let sum = 0;
  let size = 0;
  const measure = new Transform({
    highWaterMark: 1 << 20,
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size > options.size)
        return done(new ArchiveError('damaged', `${path} is longer than the ${options.size} bytes declared`));
      sha256.update(chunk);
      md5.update(chunk);
      sum = crc32(chunk, sum);
      done(null, chunk);
    },
  });
  const file = await open(target, 'wx', 0o644);
  try {
    await pipeline(content, measure, writeFrom(file, 0), { signal: options.signal });
    const written = { path, size, sha256: sha256.digest('hex'), md5: md5.digest('base64'), crc32: sum };
    checkSums(written, options);
    // While others are unpacked, so that the flush at the end finds little to do.
    await file.sync();
    return written;
  } finally {
    await file.close();
  }
}
