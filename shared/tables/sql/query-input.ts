import * as z from 'zod';
import { text } from '#shared/http/text.ts';
import { ROW_FORMATS } from '#shared/tables/row-formats.ts';

/** By POST, and by GET, where it is part of the address. */
export const MOST_TEXT = { post: 16_384, get: 8_000 };
export const ROWS = { default: 1_000, most: 100_000 };
export const TIMEOUT = { default: 10_000, most: 60_000 };
/** A minute, for each caller. */
export const SQL_POLICY = { name: 'sql', quota: 30 };
export const NOT_ON_LAMBDA = 'SQL runs in the container only. Fetch rows or data.parquet instead.';

/** A client's SQL, of so many bytes. */
export function queryText(most: number) {
  return text(most)
    .min(1, { error: 'must not be empty' })
    .refine((value) => Buffer.byteLength(value) <= most, {
      error: `must have at most ${most} bytes`,
      params: { code: 'too-long' },
    })
    .describe('One SELECT');
}

export const ResultFormat = z.enum(ROW_FORMATS.map(({ format }) => format));
