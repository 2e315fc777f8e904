import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { VolumeError } from '#shared/storage/storage-errors.ts';
import { centralHeader, endOfDirectory, localHeader, type ZipFile } from './zip-headers.ts';

/** A file with its md5 sum in base64, null where it is to be made. */
export interface SummedFile extends ZipFile {
  md5: string | null;
}

/** What a thread that sums up is started with. */
export interface SumTask {
  folder: string;
  files: readonly SummedFile[];
}

/** md5 sums in base64, as HTTP and Kaggle's clients write them. */
export interface ArchiveSums {
  /** Of the zip of all files. */
  archive: string;
  /** In the order of the files. */
  files: string[];
}

const PIECE = 1 << 20;

/**
 * Reads the files of a version once, in their order, by blocking calls, and sums up those without a sum and the zip of
 * all, as `readZip` sends it. It yields after each piece that it has read.
 * @throws {VolumeError} when a file is not as long as recorded
 */
export function* sumZip(folder: string, files: readonly SummedFile[]): Generator<void, ArchiveSums> {
  const archive = createHash('md5');
  const sums: string[] = [];
  const buffer = Buffer.allocUnsafeSlow(PIECE);
  for (const file of files) {
    archive.update(localHeader(file));
    const own = file.md5 === null ? createHash('md5') : null;
    for (const piece of piecesOf(`${folder}/${file.path}`, file.size, buffer)) {
      archive.update(piece);
      own?.update(piece);
      yield;
    }
    sums.push(own?.digest('base64') ?? file.md5 ?? '');
  }
  let offset = 0;
  let size = 0;
  for (const file of files) {
    const header = centralHeader(file, offset);
    archive.update(header);
    offset += localHeader(file).length + file.size;
    size += header.length;
  }
  archive.update(endOfDirectory({ count: files.length, size, offset }));
  return { archive: archive.digest('base64'), files: sums };
}

function* piecesOf(path: string, size: number, buffer: Buffer): Generator<Buffer> {
  const fd = openSync(path, 'r');
  try {
    for (let left = size; left > 0; ) {
      const length = readSync(fd, buffer, 0, Math.min(left, buffer.length), null);
      if (length === 0) throw new VolumeError('unusable', 'a file is shorter than recorded');
      left -= length;
      yield buffer.subarray(0, length);
    }
  } finally {
    closeSync(fd);
  }
}
