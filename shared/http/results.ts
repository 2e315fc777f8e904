import type { Readable } from 'node:stream';

/** What a handler answers; the transport turns it into a response. */
export interface Result {
  status: number;
  headers: Record<string, string>;
  /** JSON, unless `stream` is there. */
  body?: unknown;
  /** Opened only when the bytes are really sent: not for HEAD, nor for 304. */
  stream?: () => Readable | Promise<Readable>;
}

interface Meta {
  /** With its quotes, and `W/` when weak (RFC 9110, section 8.8.3). */
  etag?: string;
  headers?: Record<string, string>;
}

export function ok(body: unknown, meta: Meta = {}): Result {
  return { status: 200, headers: headersOf(meta), body };
}

export function created(body: unknown, { location, ...meta }: Meta & { location: string }): Result {
  return { status: 201, headers: { location, ...headersOf(meta) }, body };
}

export function noContent(): Result {
  return { status: 204, headers: {} };
}

function headersOf({ etag, headers }: Meta): Record<string, string> {
  return { ...headers, ...(etag !== undefined && { etag }) };
}
