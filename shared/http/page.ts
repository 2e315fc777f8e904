import { hash } from 'node:crypto';
import * as z from 'zod';
import { encodeCursor } from './cursor.ts';
import { ok, type Result } from './results.ts';
import { decimal } from './text.ts';

/** What every list takes; spread it into the function's strict query schema. */
export const pageQuery = {
  limit: decimal(1, 500).default(100).describe('How many; 100 when absent'),
  cursor: z.string().max(8_192).optional().describe('next_cursor of the page before'),
};

interface Page<Row> {
  /** As the request had it, without the query. */
  path: string;
  query: { limit: number; cursor?: string | undefined };
  /** Read with `LIMIT query.limit + 1`: the one too many tells that there is a next page. */
  rows: readonly Row[];
  /** The list's property in the body. */
  name: string;
  present(row: NoInfer<Row>): unknown;
  /** For `encodeCursor`. */
  sort: string;
  keysOf(row: NoInfer<Row>): readonly (string | number)[];
  /** Text that changes whenever what `present` gives of this row does, such as id and row version. */
  versionOf(row: NoInfer<Row>): string;
}

/** 200 with one page of a list, `next_cursor`, `Link` (RFC 8288) to the next and the first page, and a weak ETag. */
export function page<Row>({ path, query, rows, name, present, sort, keysOf, versionOf }: Page<Row>): Result {
  const shown = rows.length > query.limit ? rows.slice(0, query.limit) : rows;
  const last = shown.length < rows.length ? shown.at(-1) : undefined;
  const next = last === undefined ? null : encodeCursor(sort, keysOf(last));
  const { cursor: _, ...others } = query;
  const first = `<${address(path, others)}>; rel="first"`;
  const link =
    next === null ? first : `<${address(path, { ...others, cursor: next })}>; rel="next", ${first}`;
  const etag = `W/"${hash('sha256', `${next} ${shown.map(versionOf)}`, 'base64url').slice(0, 27)}"`;
  return ok({ [name]: shown.map(present), next_cursor: next }, { etag, headers: { link } });
}

function address(path: string, query: Record<string, string | number | undefined>): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return `${path}?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`;
}
