/** Bytes `start` to before `end`. */
export interface ByteRange {
  start: number;
  end: number;
}

interface Representation {
  size: number;
  /** Strong. */
  etag: string;
  lastModified: Date;
}

type Fields = Readonly<Record<string, string | string[] | undefined>>;

/**
 * The range to answer with 206; null when the whole is to be sent: no range, a malformed one, several, or one under
 * an If-Range that no longer holds (RFC 9110, sections 13.1.5 and 14.2).
 */
export function readRange(
  headers: Fields,
  { size, etag, lastModified }: Representation,
): ByteRange | 'unsatisfiable' | null {
  const condition = headers['if-range'];
  if (condition !== undefined && condition !== etag && condition !== lastModified.toUTCString()) return null;
  const field = headers.range;
  const [, first = '', last = ''] =
    (typeof field === 'string' && /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(field.trim())) || [];
  if (first === '' && last === '') return null;
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length > 0 ? { start: size - length, end: size } : 'unsatisfiable';
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return null;
  return start < size
    ? { start, end: last === '' ? size : Math.min(Number(last) + 1, size) }
    : 'unsatisfiable';
}
