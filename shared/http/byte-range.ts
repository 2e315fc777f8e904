import type { IncomingHttpHeaders } from 'node:http';
import { parseHttpDate } from './http-date.ts';

/** Bytes `start` to before `end`. */
export interface ByteRange {
  start: number;
  end: number;
}

interface Representation {
  size: number;
  /** Strong. */
  etag: string | undefined;
  lastModified: string | undefined;
}

/**
 * The range to answer with 206; null when the whole is to be sent: no range, a malformed one, several, or one under
 * an If-Range that no longer holds (RFC 9110, sections 13.1.5 and 14.2). Numbers may have any length.
 */
export function readRange(
  headers: IncomingHttpHeaders,
  { size, etag, lastModified }: Representation,
): ByteRange | 'unsatisfiable' | null {
  const condition = headers['if-range'];
  if (condition !== undefined && !holds(String(condition), etag, lastModified)) return null;
  // Of nothing there is no part that Content-Range could name.
  if (size === 0) return null;
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/i.exec(headers.range?.trim() ?? '') ?? [];
  if (first === '' && last === '') return null;
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length > 0 ? { start: size - length, end: size } : 'unsatisfiable';
  }
  if (last !== '' && BigInt(last) < BigInt(first)) return null;
  const start = Number(first);
  if (start >= size) return 'unsatisfiable';
  return { start, end: last === '' ? size : Math.min(Number(last) + 1, size) };
}

/** A tag compares strongly, a date for being the same one. */
function holds(condition: string, etag: string | undefined, lastModified: string | undefined): boolean {
  if (condition === etag) return true;
  const date = parseHttpDate(condition);
  return date !== null && lastModified !== undefined && date === parseHttpDate(lastModified);
}
