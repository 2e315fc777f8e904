import { createReadStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Transform, type TransformCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StoredObject } from './archives.ts';
import type { Effect } from './faults.ts';

interface Range {
  start: number;
  /** Past the last byte. */
  end: number;
}

interface Sending {
  object: StoredObject;
  /** Null: all of it. */
  range: Range | 'unsatisfiable' | null;
  headers: Record<string, string>;
  effect: Effect | null;
}

/** `bytes=a-`, `bytes=a-b` and `bytes=-n`; anything else is as if it were not there. */
export function parseRange(field: string | null, size: number): Range | 'unsatisfiable' | null {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(field ?? '') ?? [];
  if (first === '' && last === '') return null;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size : Math.min(Number(last) + 1, size);
  return start < end ? { start, end } : 'unsatisfiable';
}

/** Sends an object's bytes, or what a fault makes of them. */
export async function sendObject(
  request: IncomingMessage,
  response: ServerResponse,
  { object, range, headers, effect }: Sending,
): Promise<void> {
  const common = {
    ...headers,
    'accept-ranges': 'bytes',
    'last-modified': object.modifiedAt.toUTCString(),
    'content-type': object.contentType,
  };
  if (range === 'unsatisfiable') {
    response.writeHead(416, { ...common, 'content-range': `bytes */${object.size}` }).end();
    return;
  }
  const { start, end } = range ?? { start: 0, end: object.size };
  const stop =
    effect && 'at' in effect && effect.kind !== 'corrupt' ? Math.max(start, Math.min(effect.at, end)) : end;
  const sent = effect?.kind === 'truncate' && effect.declared === 'short' ? stop - start : end - start;
  const length = effect?.kind === 'content-length' ? effect.text : sent;
  response.writeHead(range ? 206 : 200, {
    ...common,
    ...(range && { 'content-range': `bytes ${start}-${end - 1}/${object.size}` }),
    ...(!(effect?.kind === 'truncate' && effect.declared === 'none') && { 'content-length': length }),
  });
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  response.flushHeaders();
  const source =
    stop === start ? [] : [createReadStream(object.path, { start, end: stop - 1, highWaterMark: 1 << 18 })];
  for (const stream of source)
    await pipeline(stream, spoil(effect, start), response, { end: false }).catch(() => {});
  if (effect?.kind === 'stall') return;
  const whole = stop === end || (effect?.kind === 'truncate' && effect.declared !== 'full');
  if (whole) response.end();
  else if (effect?.kind === 'truncate') request.socket.end();
  else request.socket.resetAndDestroy();
}

/** Bytes as they pass: one turned, or slowed down. */
function spoil(effect: Effect | null, start: number): Transform {
  let position = start;
  return new Transform({
    async transform(chunk: Buffer, _encoding, done: TransformCallback) {
      const at = effect?.kind === 'corrupt' ? effect.at - position : -1;
      position += chunk.length;
      const inside = chunk[at];
      if (inside !== undefined) chunk[at] = inside ^ 0xff;
      if (effect?.kind === 'drip') await drip(this, chunk, effect.bytesPerSecond);
      else this.push(chunk);
      done();
    },
  });
}

const DROPS_PER_SECOND = 20;

async function drip(stream: Transform, chunk: Buffer, bytesPerSecond: number): Promise<void> {
  const size = Math.ceil(bytesPerSecond / DROPS_PER_SECOND);
  for (let at = 0; at < chunk.length && !stream.destroyed; at += size) {
    stream.push(chunk.subarray(at, at + size));
    await sleep(1_000 / DROPS_PER_SECOND);
  }
}
