import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Result } from '#shared/http/results.ts';
import { codingFor } from './coding.ts';

/** Bytes that are not worth the work. */
const SMALL = 1_024;
const CODINGS = { br: promisify(brotliCompress), gzip: promisify(gzip) };
/** Of Brotli: a page is made for one reader, so that more would cost more than it saves. */
const QUALITY = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };

/** A text as its reader can take it. What a page shows is chosen by its address, and no page holds a secret. */
export function compressed(
  { body, ...result }: Result & { body: string },
  accepted: string | string[] | undefined,
): Result {
  const headers = { ...result.headers, vary: 'Accept-Encoding' };
  const coding = codingFor(accepted, CODINGS);
  if (coding === 'identity' || body.length < SMALL) return { ...result, body, headers };
  return {
    ...result,
    headers: { ...headers, 'content-encoding': coding },
    stream: async () =>
      Readable.from([await (coding === 'br' ? CODINGS.br(body, QUALITY) : CODINGS.gzip(body))]),
  };
}
