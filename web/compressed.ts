import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { type BrotliOptions, brotliCompress, brotliCompressSync, constants, gzip, gzipSync } from 'node:zlib';
import type { Result } from '#shared/http/results.ts';
import { codingFor } from './coding.ts';

/** Bytes that are not worth the work. */
const SMALL = 1_024;
/** Characters that take under a millisecond, which is less than handing them to another thread and back. */
const QUICK = 131_072;

type Compress = (text: string) => Uint8Array | Promise<Uint8Array>;

const brotli = promisify(brotliCompress);
const gzipped = promisify(gzip);
const CODINGS = {
  br: (text) =>
    text.length > QUICK ? brotli(text, paramsOf(text)) : brotliCompressSync(text, paramsOf(text)),
  gzip: (text) => (text.length > QUICK ? gzipped(text) : gzipSync(text)),
} satisfies Record<string, Compress>;

/** A page is made for one reader: better quality would cost more than it saves, and so would the window of a large file. */
function paramsOf(text: string): BrotliOptions {
  return {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 4,
      [constants.BROTLI_PARAM_LGWIN]: 18,
      [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
    },
  };
}

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
    stream: async () => Readable.from([await CODINGS[coding](body)]),
  };
}
