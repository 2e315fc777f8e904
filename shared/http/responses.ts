import type * as z from 'zod';

/** A response field that a function promises, besides those that every response has. */
export interface DeclaredHeader {
  name: string;
  description: string;
}

/** What a function may answer with one status: bodies by media type (null: not JSON), and fields. */
export interface DeclaredResponse {
  content: Readonly<Record<string, z.ZodType | null>>;
  headers: readonly DeclaredHeader[];
}

interface Options {
  headers?: readonly DeclaredHeader[];
}

export function json(schema: z.ZodType, { headers = [] }: Options = {}): DeclaredResponse {
  return { content: { 'application/json': schema }, headers };
}

/** Bytes that are not described further; of any media type unless one is named. */
export function bytes(mediaType = '*/*', { headers = [] }: Options = {}): DeclaredResponse {
  return { content: { [mediaType]: null }, headers };
}

export function empty({ headers = [] }: Options = {}): DeclaredResponse {
  return { content: {}, headers };
}

export const etag: DeclaredHeader = { name: 'ETag', description: 'For If-Match and If-None-Match' };
export const lastModified: DeclaredHeader = {
  name: 'Last-Modified',
  description: 'For If-Modified-Since and If-Unmodified-Since',
};
export const location: DeclaredHeader = { name: 'Location', description: 'The address of the new resource' };
export const contentLocation: DeclaredHeader = {
  name: 'Content-Location',
  description: 'The address of the version that `latest` means',
};
export const vary: DeclaredHeader = { name: 'Vary', description: 'Fields of the request that it depends on' };
export const link: DeclaredHeader = { name: 'Link', description: 'The next and the first page (RFC 8288)' };
export const alternate: DeclaredHeader = {
  name: 'Link',
  description: 'The same as a page for people (RFC 8288)',
};
export const acceptRanges: DeclaredHeader = { name: 'Accept-Ranges', description: '`bytes`' };
export const contentRange: DeclaredHeader = {
  name: 'Content-Range',
  description: 'The range of bytes in the body (RFC 9110, section 14.4)',
};
export const contentDisposition: DeclaredHeader = {
  name: 'Content-Disposition',
  description: 'The name for the saved file (RFC 6266)',
};
export const reprDigest: DeclaredHeader = {
  name: 'Repr-Digest',
  description: 'SHA-256 of the whole file (RFC 9530)',
};
export const retryAfter: DeclaredHeader = {
  name: 'Retry-After',
  description: 'Seconds to wait before a retry',
};
