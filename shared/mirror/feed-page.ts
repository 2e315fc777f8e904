import type { CommonQueryMethods } from 'slonik';
import { type ChangeFilter, type ChangeRow, readChanges } from '#shared/data/change-feed.ts';
import { Problem } from '#shared/http/problems.ts';
import { presentChange, writeCursor } from './change-item.ts';

const MAX_BYTES = 4 * 1024 * 1024;

/** Changes as finished JSON, and the change to go on behind. */
export interface FeedPage {
  changes: readonly { id: string; json: string }[];
  next: number;
  /** There is more behind it already. */
  more: boolean;
}

/** Where a reader begins: behind a change, at the oldest that is kept, or with what comes from now on. */
export type From = number | 'oldest' | 'now';

/**
 * The changes behind one. Without any `next` is the end of the feed, so that a filter that nothing fits gets on.
 * @throws {Problem} cursor-expired for a change before what is kept, and for one that this feed never came to
 */
export async function readFeed(
  db: CommonQueryMethods,
  from: From,
  { limit, ...filter }: ChangeFilter & { limit: number },
): Promise<FeedPage> {
  const after = typeof from === 'string' ? 0 : from;
  const { rows, last, newest, pruned } = await readChanges(db, { ...filter, after, limit: limit + 1 });
  if (from === 'now') return { changes: [], next: last, more: false };
  if (from !== 'oldest' && (from < pruned || from > newest))
    throw new Problem(
      'cursor-expired',
      'The changes behind this cursor are not kept any more. Read everything again, then go on from `oldest`.',
      { members: { oldest: writeCursor(pruned) } },
    );
  return cutFeed(rows, limit, Math.max(last, after));
}

/** As many of the rows as a page has; `upTo` is where they end. */
export function cutFeed(rows: readonly ChangeRow[], limit: number, upTo: number): FeedPage {
  const changes: { id: string; json: string }[] = [];
  let bytes = 0;
  for (const row of rows.slice(0, limit)) {
    const change = jsonOf(row);
    bytes += Buffer.byteLength(change.json) + 1;
    if (bytes > MAX_BYTES && changes.length > 0) break;
    changes.push(change);
  }
  const last = changes.length < rows.length ? rows[changes.length - 1] : undefined;
  return { changes, next: last?.id ?? upTo, more: last !== undefined };
}

const written = new WeakMap<ChangeRow, { id: string; json: string }>();

/** Once for all readers that a row goes to. */
function jsonOf(row: ChangeRow): { id: string; json: string } {
  const known = written.get(row) ?? { id: writeCursor(row.id), json: JSON.stringify(presentChange(row)) };
  written.set(row, known);
  return known;
}
