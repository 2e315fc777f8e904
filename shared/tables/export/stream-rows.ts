import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { runEngine } from '#shared/tables/run-engine.ts';
import type { ExportReply, ExportTask } from './export-task.ts';
import { createPipe } from './os-pipe.ts';

/** A download may take as long as its client likes to read. */
const LIMITS = { seconds: 6 * 3_600, bytes: 512 * 1024 * 1024 };

/** What the engine's process said of its failure. */
export class ExportError extends Error {}

/**
 * The bytes of an export, from a process that ends with the stream. They are not whole unless the stream ends without an
 * error.
 * @throws {ExportError} when there is not even a first one
 */
export async function streamRows(task: ExportTask, signal: AbortSignal): Promise<Readable> {
  const { read, write } = await createPipe();
  const left = new AbortController();
  const ended = runEngine<ExportReply>(task, {
    limits: LIMITS,
    signal: AbortSignal.any([signal, left.signal]),
    output: write,
  });
  // Our own copy of the child's end: without it the pipe ends with the child.
  closeSync(write);
  const socket = new Socket({ fd: read, readable: true, writable: false });
  const chunks = wholeOf(socket, ended);
  const first = await chunks.next().catch((error) => {
    left.abort();
    throw error;
  });
  const all = async function* () {
    try {
      if (!first.done) yield first.value;
      yield* chunks;
    } finally {
      left.abort();
    }
  };
  return Readable.from(all(), { objectMode: false }).once('close', () => left.abort());
}

/** An end of the pipe is only the end of the rows if the process says so. */
async function* wholeOf(socket: Socket, ended: Promise<ExportReply>): AsyncGenerator<Buffer> {
  ended.catch(() => {});
  yield* socket as AsyncIterable<Buffer>;
  const reply = await ended;
  if ('broken' in reply) throw new ExportError(reply.broken);
}
