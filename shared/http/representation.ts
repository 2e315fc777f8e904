import type * as z from 'zod';
import { contentEtag } from './content-etag.ts';

/** How rows of one kind are shown. */
export interface Representation<Row> {
  schema: z.ZodType;
  /** What is shown of a row, as JSON. */
  write(row: Row): string;
  /** What is shown of several, with commas between them: one by one they may cost more. */
  writeAll(rows: readonly Row[]): string;
  /** Strong: changes whenever what `write` gives does (RFC 9110, section 8.8.1). */
  etag(row: Row): string;
}

/** Of rows without a version of their own: the tag is made from what is shown of them. */
export function represent<Row>(
  schema: z.ZodType,
  present: (row: Row) => unknown = (row) => row,
): Representation<Row> {
  const write = (row: Row) => JSON.stringify(present(row));
  const writeAll = (rows: readonly Row[]) => JSON.stringify(rows.map(present)).slice(1, -1);
  return { schema, write, writeAll, etag: (row) => contentEtag(write(row)) };
}
