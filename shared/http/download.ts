import type { Readable } from 'node:stream';
import { type ByteRange, readRange } from './byte-range.ts';
import { matchesWeakly } from './entity-tags.ts';
import { Problem } from './problems.ts';
import type { Result } from './results.ts';

interface Download {
  /** The request's. */
  headers: Readonly<Record<string, string | string[] | undefined>>;
  size: number;
  /** Strong, with its quotes. */
  etag: string;
  lastModified: Date;
  mediaType: string;
  /** What to call the file that is saved. */
  name: string;
  /** Of the whole, 64 hexadecimal digits; null when it is not known. */
  sha256: string | null;
  extra?: Record<string, string>;
  open(range: ByteRange): Readable | Promise<Readable>;
}

/**
 * Bytes to be saved: 200 with all of them, or 206 with the range asked for. A browser neither guesses their type nor
 * runs what is in them.
 * @throws {Problem} range-not-satisfiable
 */
export function download({ headers, size, etag, lastModified, extra = {}, ...file }: Download): Result {
  const known = headers['if-none-match'];
  const unchanged = typeof known === 'string' && matchesWeakly(known, etag);
  const range = unchanged ? null : readRange(headers, { size, etag, lastModified });
  if (range === 'unsatisfiable')
    throw new Problem('range-not-satisfiable', `There are ${size} bytes.`, {
      headers: { 'content-range': `bytes */${size}` },
    });
  const { start, end } = range ?? { start: 0, end: size };
  return {
    status: range ? 206 : 200,
    headers: {
      etag,
      'last-modified': lastModified.toUTCString(),
      'accept-ranges': 'bytes',
      'content-type': file.mediaType,
      'content-length': String(end - start),
      'content-disposition': attachment(file.name),
      'content-security-policy': 'sandbox',
      'x-content-type-options': 'nosniff',
      ...(range && { 'content-range': `bytes ${start}-${end - 1}/${size}` }),
      ...(file.sha256 !== null && {
        'repr-digest': `sha-256=:${Buffer.from(file.sha256, 'hex').toString('base64')}:`,
      }),
      ...extra,
    },
    stream: () => file.open({ start, end }),
  };
}

/** RFC 6266: a name in ASCII for all, and the real one as RFC 8187 writes it. */
function attachment(name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const extended = encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return ascii === name
    ? `attachment; filename="${ascii}"`
    : `attachment; filename="${ascii}"; filename*=UTF-8''${extended}`;
}
