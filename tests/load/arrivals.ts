import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import type { LoadRequest } from './scenarios.ts';

/** One request's end. */
export interface Answer {
  /** 0 when there was none: see `error`. */
  status: number;
  error: string | null;
  retryAfter: boolean;
  /** Which problem it is, of a refusal that tells it. */
  code: string | null;
  /** Milliseconds since the load began: when it was due, when it was sent, when its last byte was there. */
  due: number;
  sent: number;
  ended: number;
}

/** A stretch of time at one rate. */
export interface Stage {
  /** Arrivals a second. */
  rate: number;
  seconds: number;
  record(answer: Answer): void;
}

export interface Generator {
  /** Offers the stages one after the other, and ends when each request has ended. */
  offer(stages: readonly Stage[]): Promise<void>;
  close(): Promise<void>;
}

/** So many at most, as behind a gateway; who finds none free waits, and that counts. */
const CONNECTIONS = 1_000;
const TIMEOUT = 10_000;

/**
 * Requests of an open system: each is sent when it is due, however many are unanswered, and its time is counted from
 * then (see docs/decisions/2026-11-24-load-generator.md).
 */
export function createGenerator(origin: string, next: () => LoadRequest, signal: AbortSignal): Generator {
  const pool = new Pool(origin, {
    connections: CONNECTIONS,
    pipelining: 1,
    keepAliveTimeout: 60_000,
    headersTimeout: TIMEOUT,
    bodyTimeout: TIMEOUT,
    connectTimeout: TIMEOUT,
  });
  const abort = () => void pool.destroy().catch(() => {});
  signal.addEventListener('abort', abort, { once: true });
  return {
    async offer(stages) {
      const begun = performance.now();
      const open = new Set<Promise<void>>();
      let from = 0;
      for (const { rate, seconds, record } of stages) {
        const total = Math.round(rate * seconds);
        for (let sent = 0; sent < total && !signal.aborted; ) {
          const now = performance.now() - begun;
          const due = (index: number) => from + (index * 1_000) / rate;
          while (sent < total && due(sent) <= now) {
            const ended = send(pool, next(), begun, due(sent++), record);
            open.add(ended);
            ended.then(() => open.delete(ended));
          }
          await sleep(1);
        }
        from += seconds * 1_000;
      }
      await Promise.all(open);
      signal.throwIfAborted();
    },
    async close() {
      signal.removeEventListener('abort', abort);
      await pool.destroy();
    },
  };
}

function send(
  pool: Pool,
  request: LoadRequest,
  begun: number,
  due: number,
  record: Stage['record'],
): Promise<void> {
  const { method, path, headers, located } = request;
  const sent = performance.now() - begun;
  return new Promise((done) => {
    let status = 0;
    let retryAfter = false;
    let body = '';
    const finish = (error: string | null) => {
      record({
        status,
        error,
        retryAfter,
        code: problemOf(body),
        due,
        sent,
        ended: performance.now() - begun,
      });
      done();
    };
    pool.dispatch(
      { method, path, headers: headers ?? {}, body: request.body ?? null },
      {
        onRequestStart() {},
        onResponseStart(_controller, statusCode, fields) {
          status = statusCode;
          retryAfter = fields['retry-after'] !== undefined;
          if (typeof fields.location === 'string') located?.(fields.location);
        },
        onResponseData(_controller, chunk) {
          if (status === 429 || status === 503) body += chunk;
        },
        onResponseEnd: () => finish(null),
        onResponseError: (_controller, error) => finish('code' in error ? String(error.code) : error.message),
      },
    );
  });
}

/** The last part of its type, as of `/problems/overloaded`. */
function problemOf(body: string): string | null {
  return /"type":"[^"]*\/([\w-]+)"/.exec(body)?.[1] ?? null;
}
