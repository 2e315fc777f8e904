import { createHash, hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zipChunks, zipLength } from './store-zip.ts';
import type { ZipFile } from './zip-headers.ts';

/** md5 sums in base64, as HTTP and Kaggle's clients write them. */
export interface ArchiveSums {
  /** Of the zip of all files. */
  archive: string;
  /** By path. */
  files: ReadonlyMap<string, string>;
}

/** A file of at most this is read whole. */
const SMALL = 1 << 18;
/** Small files that are read before it is their turn: for one alone the way to a thread and back takes longest. */
const AHEAD = 16;
const EMPTY = md5(Buffer.alloc(0));

/** Reads the files of a version once, in their order, and sums up each and their archive. @throws when one is not as recorded */
export async function sumArchive(
  folder: string,
  files: readonly ZipFile[],
  signal: AbortSignal,
): Promise<ArchiveSums> {
  const sums = new Map(files.filter(({ size }) => size === 0).map(({ path }) => [path, EMPTY]));
  const archive = createHash('md5');
  const small = readAhead(folder, files.filter(isSmall));
  async function* read(file: ZipFile): AsyncGenerator<Buffer> {
    signal.throwIfAborted();
    if (isSmall(file)) {
      const content = await small();
      sums.set(file.path, md5(content));
      yield content;
      return;
    }
    const sum = createHash('md5');
    for await (const chunk of createReadStream(join(folder, file.path), { highWaterMark: 1 << 20 })) {
      signal.throwIfAborted();
      sum.update(chunk);
      yield chunk;
    }
    sums.set(file.path, sum.digest('base64'));
  }
  const length = await zipLength(() => files);
  const zip = zipChunks(
    () => files,
    { start: 0, end: length },
    async (file) => read(file),
  );
  for await (const chunk of zip) archive.update(chunk);
  return { archive: archive.digest('base64'), files: sums };
}

function isSmall({ size }: ZipFile): boolean {
  return size > 0 && size <= SMALL;
}

function md5(content: Buffer): string {
  return hash('md5', content, 'base64');
}

/** Gives the content of one file after the other. */
function readAhead(folder: string, files: readonly ZipFile[]): () => Promise<Buffer> {
  const reading: Promise<Buffer>[] = [];
  let next = 0;
  return () => {
    for (; next < files.length && reading.length < AHEAD; next += 1) {
      const content = readFile(join(folder, files[next]?.path ?? ''));
      // It is told of when it is its turn.
      content.catch(() => {});
      reading.push(content);
    }
    return reading.shift() ?? Promise.reject(new Error('no file is left'));
  };
}
