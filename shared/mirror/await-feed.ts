import type { CommonQueryMethods } from 'slonik';
import type { ChangeFilter } from '#shared/data/change-feed.ts';
import type { Follower } from '#shared/data/follow-changes.ts';
import type { Context } from '#shared/http/define-function.ts';
import { cutFeed, type FeedPage, type From, readFeed } from './feed-page.ts';

type Request = Pick<Context<undefined, undefined, undefined>, 'db' | 'changes' | 'signal' | 'wait'>;
type Options = ChangeFilter & { limit: number };

/** A page of the feed; while there is none, it is awaited for so many seconds, out of the count of requests in work. */
export async function awaitFeed(
  context: Request,
  from: From,
  { seconds, ...options }: Options & { seconds: number },
): Promise<FeedPage> {
  const { db, changes } = context;
  if (seconds === 0) return readFeed(db, from, options);
  const end = performance.now() + seconds * 1_000;
  const { signal } = context;
  const follower = await changes.followers.join(options);
  try {
    let page = await readFeed(db, from, options);
    for (let left = seconds * 1_000; page.changes.length === 0 && left > 0; left = end - performance.now()) {
      if (signal.aborted) break;
      const { next: after } = page;
      page = await context.wait(nextPage(db, follower, { after, ...options, ms: left, signal }));
    }
    return page;
  } finally {
    follower.leave();
  }
}

/** What comes behind a change: as the follower is told, or as it is read where the follower missed it, or nothing after `ms`. */
export async function nextPage(
  db: CommonQueryMethods,
  follower: Follower,
  { after, ms, signal, ...options }: Options & { after: number; ms: number; signal: AbortSignal },
): Promise<FeedPage> {
  const news = await follower.next(ms, signal);
  if (news.rows === null) return readFeed(db, after, options);
  const rows = news.rows.filter(({ id }) => id > after);
  return cutFeed(rows, options.limit, Math.max(news.upTo, after));
}
