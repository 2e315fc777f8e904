import type { FileHandle } from 'node:fs/promises';
import { Readable, Writable } from 'node:stream';
import { pipeByTurns } from './pipe-by-turns.ts';
import { toVolumeError, VolumeError } from './storage-errors.ts';

interface Slice {
  start: number;
  /** Past the last byte. */
  end: number;
  /** Close the file with the stream, however that ends. */
  autoClose?: boolean;
  /** What the stream ends with when the file cannot be read to the end of the part: the error itself by default. */
  explain?: (error: unknown) => Error;
}

const CHUNK = 1 << 19;
/** Milliseconds for one chunk: a hard mount waits for its server for ever. */
const PATIENCE = 30_000;

/**
 * Reads a part of a file that stays open: several may do so at once. The stream gives all the bytes, of a file that
 * was the same from the first to the last of them, or ends with a VolumeError at once. A file that only loses its
 * name is read on.
 */
export function readSlice(
  file: FileHandle,
  { start, end, autoClose = false, explain = (error) => error as Error }: Slice,
): Readable {
  let position = start;
  let before = { size: 0, mtimeMs: 0 };
  let pending = false;
  const attempt = async <Result>(call: () => Promise<Result>): Promise<Result> => {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(broken('the volume does not respond')), PATIENCE);
    pending = true;
    const answered = call().finally(() => {
      pending = false;
    });
    return Promise.race([answered, late]).finally(() => clearTimeout(timer));
  };
  const opened = attempt(() => file.stat()).then(
    (stats) => {
      before = stats;
      return stats.size < end ? explain(broken('a file changed while it was read')) : null;
    },
    (error) => explain(toVolumeError(error)),
  );
  const readInto = (into: Buffer) =>
    attempt(async () => {
      const { bytesRead } = await file.read(into, 0, Math.min(into.length, end - position), position);
      // Behind the read: what was written by now may be in it.
      const after = await file.stat();
      if (bytesRead === 0 || after.size !== before.size || after.mtimeMs !== before.mtimeMs)
        throw broken('a file changed while it was read');
      position += bytesRead;
      return into.subarray(0, bytesRead);
    });
  const fail = (error: unknown) => {
    if (!slice.destroyed) slice.destroy(explain(toVolumeError(error)));
  };
  const slice = new Readable({
    highWaterMark: CHUNK,
    construct(done) {
      opened.then(done);
    },
    read() {
      const length = Math.min(CHUNK, end - position);
      if (length <= 0) this.push(null);
      else readInto(Buffer.allocUnsafe(length)).then((chunk) => this.push(chunk), fail);
    },
    destroy(error, done) {
      const closed = autoClose ? file.close() : Promise.resolve();
      if (pending) {
        // It is closed when the volume has answered, which may be never.
        closed.catch(() => {});
        return done(error);
      }
      closed.then(
        () => done(error),
        (failure) => done(error ?? failure),
      );
    },
  });
  return pipeByTurns(slice, {
    opened,
    left: () => end - position,
    readInto,
    fail,
  });
}

function broken(message: string): VolumeError {
  return new VolumeError('unusable', message);
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
