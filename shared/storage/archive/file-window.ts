import type { FileHandle } from 'node:fs/promises';

/** Reads so many bytes from a position on; fewer where the file ends. */
export type ReadAt = (position: number, length: number) => Promise<Buffer>;

const WINDOW = 1 << 20;

export function createReadAt(file: FileHandle): ReadAt {
  return async (position, length) => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
    return buffer.subarray(0, bytesRead);
  };
}

/** Many small reads that follow each other are served from one large one. */
export function createFileWindow(file: FileHandle): ReadAt {
  const read = createReadAt(file);
  let window: Buffer = Buffer.alloc(0);
  let start = 0;
  return async (position, length) => {
    if (position < start || position + length > start + window.length) {
      window = await read(position, Math.max(length, WINDOW));
      start = position;
    }
    return window.subarray(position - start, position - start + length);
  };
}
