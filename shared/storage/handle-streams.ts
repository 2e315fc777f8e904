import type { Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { Readable, Writable } from 'node:stream';
import { VolumeError } from './errors.ts';

interface Slice {
  start: number;
  /** Past the last byte. */
  end: number;
  /** Close the file with the stream, however that ends. */
  autoClose?: boolean;
  /** What the stream fails with instead of `cause`. */
  toError?(cause: Error): Error;
}

const CHUNK = 1 << 19;

/**
 * Reads a part of a file that stays open: several may do so at once. A file that changes meanwhile ends the stream with
 * a VolumeError.
 */
export function readSlice(
  file: FileHandle,
  { start, end, autoClose = false, toError = (cause) => cause }: Slice,
): Readable {
  let position = start;
  let before: Stats | undefined;
  // What fits into one chunk is not looked at twice.
  const look = end - start > CHUNK ? () => file.stat() : () => undefined;
  return new Readable({
    highWaterMark: CHUNK,
    read() {
      const length = Math.min(CHUNK, end - position);
      if (length <= 0) {
        this.push(null);
        return;
      }
      Promise.all([file.read(Buffer.allocUnsafe(length), 0, length, position), look()]).then(
        ([{ bytesRead, buffer }, now]) => {
          before ??= now;
          if (bytesRead === 0 || now?.mtimeMs !== before?.mtimeMs)
            return this.destroy(toError(new VolumeError('unusable', 'a file changed while it was read')));
          position += bytesRead;
          return this.push(buffer.subarray(0, bytesRead));
        },
        (error) => this.destroy(toError(error)),
      );
    },
    destroy(error, done) {
      if (!autoClose) return done(error);
      file.close().then(
        () => done(error),
        (failure) => done(error ?? failure),
      );
    },
  });
}

/** Writes to a file that stays open, from `position` on; what waits is written in one piece. */
export function writeFrom(file: FileHandle, position: number): Writable {
  let at = position;
  const write = async (chunks: Buffer[]) => {
    let rest = chunks;
    while (rest.length > 0) {
      const { bytesWritten } = await file.writev(rest, at);
      at += bytesWritten;
      rest = without(rest, bytesWritten);
    }
  };
  return new Writable({
    highWaterMark: 1 << 22,
    write: (chunk: Buffer, _encoding, done) => void write([chunk]).then(() => done(), done),
    writev: (items, done) => void write(items.map(({ chunk }) => chunk as Buffer)).then(() => done(), done),
  });
}

function without(chunks: Buffer[], written: number): Buffer[] {
  let left = written;
  return chunks.flatMap((chunk) => {
    const cut = Math.min(left, chunk.length);
    left -= cut;
    return cut === chunk.length ? [] : [chunk.subarray(cut)];
  });
}
