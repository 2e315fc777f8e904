import type { Result } from './results.ts';

/** Bytes to be saved, and what is known of them. */
export interface Download extends NonNullable<Result['ranges']> {
  /** Strong, with its quotes. */
  etag: string;
  lastModified: Date;
  mediaType: string;
  /** What to call the file that is saved. */
  name: string;
  /** Of the whole, 64 hexadecimal digits; null when it is not known. */
  sha256: string | null;
  /** Of the whole in base64; null when it is not known. */
  md5: string | null;
}

/** Bytes to be saved, all of them or a range. A browser neither guesses their type nor runs what is in them. */
export function download({ etag, lastModified, mediaType, name, sha256, size, open }: Download): Result {
  return {
    status: 200,
    headers: {
      etag,
      // Never later than Date (RFC 9110, section 8.8.2.1).
      'last-modified': new Date(Math.min(lastModified.getTime(), Date.now())).toUTCString(),
      'content-type': mediaType,
      'content-disposition': attachment(name),
      'content-security-policy': 'sandbox',
      'x-content-type-options': 'nosniff',
      ...(sha256 !== null && {
        'repr-digest': `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`,
      }),
    },
    ranges: { size, open },
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
