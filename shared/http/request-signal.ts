import type { FastifyReply } from 'fastify';

/** Aborted when the client has left before its answer was whole, when `drain` is, and after `deadline` milliseconds. */
export function requestSignal(reply: FastifyReply, drain: AbortSignal, deadline?: number): AbortSignal {
  const left = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) left.abort();
  });
  const signals = [left.signal, drain];
  return AbortSignal.any(deadline === undefined ? signals : [...signals, AbortSignal.timeout(deadline)]);
}
