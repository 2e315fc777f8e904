import { ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';

/** Bytes of each of the two buffers. */
const MOST = 1 << 19;

interface Source {
  /** Why the stream ends before its first byte, as it says itself. */
  opened: Promise<Error | null>;
  /** Bytes that are still to be read. */
  left(): number;
  /** Reads on into `buffer`, and gives the part of it that was filled. */
  readInto(buffer: Buffer): Promise<Buffer>;
  fail(error: unknown): void;
}

/**
 * Has `stream.pipe` send by turns of two buffers when a socket takes the bytes: one is filled while the other is sent.
 * New memory for each piece would cost a third of the whole time, and what a socket has not reported as sent may not
 * be written over. Any other destination is piped to as ever, as it may keep the buffers.
 */
export function pipeByTurns(stream: Readable, source: Source): Readable {
  const pipe = stream.pipe.bind(stream);
  const send = async (response: ServerResponse, end: boolean) => {
    if ((await source.opened) !== null) return;
    const buffers: Buffer[] = [];
    const sent = [Promise.resolve(), Promise.resolve()];
    for (let turn = 0; source.left() > 0; turn ^= 1) {
      await sent[turn];
      const buffer = buffers[turn] ?? Buffer.allocUnsafeSlow(Math.min(MOST, source.left()));
      buffers[turn] = buffer;
      const chunk = await source.readInto(buffer);
      if (stream.destroyed) return;
      sent[turn] = new Promise((resolve) => {
        response.write(chunk, () => resolve());
      });
    }
    stream.once('end', () => end && response.end());
    stream.push(null);
    stream.resume();
  };
  stream.pipe = (destination, options) => {
    if (!(destination instanceof ServerResponse && destination.socket instanceof Socket))
      return pipe(destination, options);
    send(destination, options?.end !== false).catch(source.fail);
    return destination;
  };
  return stream;
}
