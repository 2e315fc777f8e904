import type { FileHandle } from 'node:fs/promises';

/** Reads so many bytes from a position on; fewer where the file ends. */
export type ReadAt = (position: number, length: number) => Promise<Buffer>;

const WINDOW = 1 << 20;

/** Many small reads that follow each other are served from one large one. */
export function createFileWindow(file: FileHandle): ReadAt {
  let window = Buffer.alloc(0);
  let start = 0;
  return async (position, length) => {
    if (position < start || position + length > start + window.length) {
      const wanted = Buffer.alloc(Math.max(length, WINDOW));
      const { bytesRead } = await file.read(wanted, 0, wanted.length, position);
      window = wanted.subarray(0, bytesRead);
      start = position;
    }
    return window.subarray(position - start, position - start + length);
  };
}
