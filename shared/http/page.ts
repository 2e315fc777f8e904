import { hash } from 'node:crypto';
import { encodeCursor } from './cursor.ts';

/** Bytes of the items of one page: it ends before the item that would pass them, never before the first. */
const MAX_BYTES = 4 * 1024 * 1024;

interface Page<Row> {
  /** As the request had it, without the query. */
  path: string;
  query: { limit: number; cursor?: string | undefined };
  /** Read with `LIMIT query.limit + 1`: the one too many tells that there is a next page. */
  rows: readonly Row[];
  /** A row as finished JSON. */
  write(row: NoInfer<Row>): string;
  /** For `encodeCursor`. */
  order: string;
  keysOf(row: NoInfer<Row>): readonly (string | number)[];
  /** Text that changes whenever what `write` gives of this row does, such as id and row version. */
  versionOf(row: NoInfer<Row>): string;
  /** What else the page tells. */
  more?: unknown;
}

/**
 * The rows that fit into a page, each with its JSON; where the next page begins; `Link` (RFC 8288) to the next and the
 * first page, and a weak ETag.
 */
export function cutPage<Row>({ path, query, rows, write, order, keysOf, versionOf, more }: Page<Row>) {
  const shown: { row: Row; json: string }[] = [];
  let bytes = 0;
  for (const row of rows.slice(0, query.limit)) {
    const json = write(row);
    bytes += Buffer.byteLength(json) + 1;
    if (bytes > MAX_BYTES && shown.length > 0) break;
    shown.push({ row, json });
  }
  const last = shown.length < rows.length ? shown.at(-1) : undefined;
  const next = last === undefined ? null : encodeCursor(order, keysOf(last.row));
  const { cursor: _, ...others } = query;
  const first = `<${address(path, others)}>; rel="first"`;
  const link =
    next === null ? first : `<${address(path, { ...others, cursor: next })}>; rel="next", ${first}`;
  const versions = shown.map(({ row }) => versionOf(row));
  const etag = `W/"${hash('sha256', `${next} ${versions} ${JSON.stringify(more)}`, 'base64url').slice(0, 27)}"`;
  return { shown, next, headers: { etag, link } };
}

function address(path: string, query: Record<string, string | number | undefined>): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return `${path}?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`;
}
