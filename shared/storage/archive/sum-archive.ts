import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readZip, zipLength } from './store-zip.ts';
import type { ZipFile } from './zip-headers.ts';

/** md5 sums in base64, as HTTP and Kaggle's clients write them. */
export interface ArchiveSums {
  /** Of the zip of all files. */
  archive: string;
  /** By path. */
  files: ReadonlyMap<string, string>;
}

const SMALL = 1 << 20;
const EMPTY = createHash('md5').digest('base64');

/** Reads the files of a version once, in their order, and sums up each and their archive. @throws when one is not as recorded */
export async function sumArchive(
  folder: string,
  files: readonly ZipFile[],
  signal: AbortSignal,
): Promise<ArchiveSums> {
  const sums = new Map(files.filter(({ size }) => size === 0).map(({ path }) => [path, EMPTY]));
  const archive = createHash('md5');
  async function* read({ path, size }: ZipFile): AsyncGenerator<Buffer> {
    const hash = createHash('md5');
    for await (const chunk of bytesOf(join(folder, path), size)) {
      signal.throwIfAborted();
      hash.update(chunk);
      yield chunk;
    }
    sums.set(path, hash.digest('base64'));
  }
  const length = await zipLength(() => files);
  const zip = readZip(
    () => files,
    { start: 0, end: length },
    async (file) => read(file),
  );
  for await (const chunk of zip) archive.update(chunk);
  return { archive: archive.digest('base64'), files: sums };
}

async function* bytesOf(path: string, size: number): AsyncGenerator<Buffer> {
  if (size <= SMALL) yield await readFile(path);
  else yield* createReadStream(path, { highWaterMark: SMALL });
}
