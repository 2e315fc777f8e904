import { hash } from 'node:crypto';
import { encodeCursor } from './cursor.ts';
import type { Representation } from './representation.ts';

/** Bytes of the items of one page: it ends before the item that would pass them, never before the first. */
const MAX_BYTES = 4 * 1024 * 1024;

interface Page<Row> {
  /** As the request had it, without the query. */
  path: string;
  query: { limit: number; cursor?: string | undefined };
  /** Read with `LIMIT query.limit + 1`: the one too many tells that there is a next page. */
  rows: readonly Row[];
  /** For `encodeCursor`. */
  order: string;
  keysOf(row: NoInfer<Row>): readonly (string | number)[];
  /** Text that changes whenever what is shown of this row does, such as id and row version. */
  versionOf(row: NoInfer<Row>): string;
  /** What else the page tells. */
  more?: unknown;
}

/**
 * The rows that fit into a page, each with its JSON, which `write` gives; where the next page begins; `Link` (RFC 8288)
 * to the next and the first page, and a weak ETag.
 */
export function cutPage<Row>(page: Page<Row> & { write(row: NoInfer<Row>): string }) {
  const shown = fitting(page.rows.slice(0, page.query.limit), page.write);
  return {
    shown,
    ...endOf(
      page,
      shown.map(({ row }) => row),
    ),
  };
}

/** The same with the JSON of all rows in one. */
export function cutList<Row>(page: Page<Row> & Pick<Representation<NoInfer<Row>>, 'write' | 'writeAll'>) {
  const rows = page.rows.slice(0, page.query.limit);
  const json = page.writeAll(rows);
  // A character has three bytes at most, and to count them is a pass through the text.
  if (json.length <= MAX_BYTES / 3 || Buffer.byteLength(json) <= MAX_BYTES)
    return { json, ...endOf(page, rows) };
  const shown = fitting(rows, page.write);
  return {
    json: shown.map((one) => one.json).join(),
    ...endOf(
      page,
      shown.map(({ row }) => row),
    ),
  };
}

function fitting<Row>(rows: readonly Row[], write: (row: Row) => string): { row: Row; json: string }[] {
  const shown: { row: Row; json: string }[] = [];
  let bytes = 0;
  for (const row of rows) {
    const json = write(row);
    bytes += Buffer.byteLength(json) + 1;
    if (bytes > MAX_BYTES && shown.length > 0) break;
    shown.push({ row, json });
  }
  return shown;
}

/** What a page has besides its items, when it shows these of its rows. */
export function endOf<Row>(
  { path, query, rows, order, keysOf, versionOf, more }: Page<Row>,
  shown: readonly Row[],
) {
  const last = shown.length < rows.length ? shown.at(-1) : undefined;
  const next = last === undefined ? null : encodeCursor(order, keysOf(last));
  const { cursor: _, ...others } = query;
  const first = address(path, others);
  const beginning = `<${first}>; rel="first"`;
  const link = next === null ? beginning : `<${first}&cursor=${encode(next)}>; rel="next", ${beginning}`;
  const versions = shown.map((row) => versionOf(row));
  const etag = `W/"${hash('sha256', `${next} ${versions} ${JSON.stringify(more)}`, 'base64url').slice(0, 27)}"`;
  return { next, headers: { etag, link } };
}

function address(path: string, query: Record<string, string | number | undefined>): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return `${path}?${given.map(([name, value]) => `${name}=${encode(String(value))}`).join('&')}`;
}

/** As a form has it. Most values need nothing, and URLSearchParams would be a thirtieth of the cost of a page. */
function encode(value: string): string {
  return /^[\w.*-]*$/.test(value) ? value : new URLSearchParams([['', value]]).toString().slice(1);
}
