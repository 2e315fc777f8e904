import type { FileHandle } from 'node:fs/promises';
import { Readable, Writable } from 'node:stream';

interface Slice {
  start: number;
  /** Past the last byte. */
  end: number;
  /** Close the file with the stream, however that ends. */
  autoClose?: boolean;
}

const CHUNK = 1 << 19;

/** Reads a part of a file that stays open: several may do so at once. */
export function readSlice(file: FileHandle, { start, end, autoClose = false }: Slice): Readable {
  let position = start;
  return new Readable({
    highWaterMark: CHUNK,
    read() {
      const length = Math.min(CHUNK, end - position);
      if (length <= 0) {
        this.push(null);
        return;
      }
      file.read(Buffer.allocUnsafe(length), 0, length, position).then(
        ({ bytesRead, buffer }) => {
          position += bytesRead;
          this.push(bytesRead === 0 ? null : buffer.subarray(0, bytesRead));
        },
        (error) => this.destroy(error),
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
