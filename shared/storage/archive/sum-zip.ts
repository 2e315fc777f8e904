import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { VolumeError } from '#shared/storage/storage-errors.ts';
import { centralHeader, endOfDirectory, localHeader, type ZipFile } from './zip-headers.ts';

/** A file with its md5 sum in base64, null where it is to be made. */
export interface SummedFile extends ZipFile {
  md5: string | null;
}

/** Sums up a version's files, and the zip of all as `readZip` sends it. All files are given twice, in their order. */
export interface ZipSummer {
  /**
   * Reads files once, by blocking calls, yields after each piece, and returns their md5 sums in base64.
   * @throws {VolumeError} when a file is shorter than recorded
   */
  addContents(files: readonly SummedFile[]): Generator<void, string[]>;
  /** Once all contents are there. */
  addHeaders(files: readonly ZipFile[]): void;
  /** md5 in base64. */
  end(): string;
}

const PIECE = 1 << 20;

export function createZipSummer(folder: string): ZipSummer {
  const archive = createHash('md5');
  const buffer = Buffer.allocUnsafeSlow(PIECE);
  let count = 0;
  let size = 0;
  let offset = 0;
  return {
    *addContents(files) {
      const sums: string[] = [];
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
      return sums;
    },
    addHeaders(files) {
      for (const file of files) {
        const header = centralHeader(file, offset);
        archive.update(header);
        size += header.length;
        offset += localHeader(file).length + file.size;
        count += 1;
      }
    },
    end() {
      archive.update(endOfDirectory({ count, size, offset }));
      return archive.digest('base64');
    },
  };
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
