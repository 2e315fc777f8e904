import type { Readable } from 'node:stream';
import type { ByteRange } from './byte-range.ts';

/** What a handler answers; the transport turns it into a response. */
export interface Result {
  status: number;
  /** Lower-case names. `etag` and `last-modified` are what preconditions are compared with. */
  headers: Record<string, string>;
  /** A value is sent as JSON; a text is sent as it is, which is finished JSON unless `content-type` says otherwise. */
  body?: unknown;
  /** Instead of a body. Opened only when the bytes are really sent: not for HEAD, nor for 304. */
  stream?: () => Readable | Promise<Readable>;
  /** Called when `stream` is not. */
  unopened?: () => void;
  /** Instead of a body: bytes of which clients may take a part. */
  ranges?: {
    size: number;
    open(range: ByteRange): Readable | Promise<Readable>;
  };
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
