import type { ServerResponse } from 'node:http';
import { Problem } from './problems.ts';

/** Bytes of smaller bodies are the socket's to keep. */
const LARGE = 16 * 1024;
/** Of more bytes a copy outside of the heap lets the text go; of fewer it has the heap collected several times as often. */
const COPIED = 256 * 1024;
const MOST = 64 * 1024 * 1024;
/** A client that takes nothing for so many milliseconds gives its place to others. */
const PATIENCE = 30_000;

/**
 * Bounds the memory of JSON bodies that clients have not taken yet: a large one is counted from before it is sent until
 * its response is done or given up. The function throws overloaded when there is no room for it.
 */
export function holdBodies(): (text: string, response: ServerResponse) => string | Buffer {
  let held = 0;
  return (text, response) => {
    if (text.length < LARGE) return text;
    const bytes = Buffer.byteLength(text);
    if (held > 0 && held + bytes > MOST)
      throw new Problem(
        'overloaded',
        'Clients are slow to take large responses. Retry, or use a lower limit.',
        {
          headers: { 'retry-after': '1' },
        },
      );
    held += bytes;
    response.setTimeout(PATIENCE, () => response.destroy());
    response.on('close', () => {
      held -= bytes;
    });
    return bytes < COPIED ? text : Buffer.from(text);
  };
}
