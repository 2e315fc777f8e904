import { Readable } from 'node:stream';
import type { ChangeFilter } from '#shared/data/change-feed.ts';
import type { Context } from '#shared/http/define-function.ts';
import { Problem } from '#shared/http/problems.ts';
import type { Result } from '#shared/http/results.ts';
import { nextPage } from './await-feed.ts';
import { writeCursor } from './change-item.ts';
import { type FeedPage, type From, readFeed } from './feed-page.ts';

type Request = Pick<Context<undefined, undefined, undefined>, 'db' | 'changes' | 'signal' | 'wait' | 'log'>;
type Options = ChangeFilter & { limit: number; seconds: number };

const LIMIT = 100;
/** Less than proxies take for a connection that is dead. */
const HEARTBEAT = 15_000;
const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  vary: 'Accept',
};

/**
 * The feed as Server-Sent Events (HTML, section 9.2). It ends before a proxy would end it, by an event that says why; a
 * client goes on from the last id.
 * @throws {Problem} cursor-expired, not-on-lambda, overloaded
 */
export async function eventStream(context: Request, from: From, filter: ChangeFilter): Promise<Result> {
  const { db, changes } = context;
  const seconds = changes.streamSeconds;
  if (seconds === null)
    throw new Problem('not-on-lambda', 'AWS Lambda has no event streams. Poll with `wait` instead.');
  // What is wrong with the cursor is said before the response begins.
  const { next } = await readFeed(db, from, { ...filter, limit: 1 });
  const start = from === 'now' ? next : from;
  return {
    status: 200,
    headers: HEADERS,
    stream() {
      const ended = Promise.withResolvers<void>();
      void context.wait(ended.promise);
      const texts = events(context, start, { ...filter, limit: LIMIT, seconds });
      return Readable.from(texts, { objectMode: false }).once('close', ended.resolve);
    },
  };
}

async function* events(context: Request, start: From, options: Options): AsyncGenerator<string> {
  yield 'retry: 2000\n\n';
  let last = '';
  let reason = 'failure';
  try {
    for await (const page of pagesFrom(context, start, options)) {
      for (const { id, json } of page.changes) yield `id: ${id}\ndata: ${json}\n\n`;
      last = `id: ${writeCursor(page.next)}\n`;
      // Also one whom nothing is for gets on.
      if (page.changes.length === 0) yield `: nothing new\n${last}\n`;
    }
    reason = context.signal.aborted ? 'restart' : 'time';
  } catch (err) {
    context.log.warn({ err }, 'an event stream ended early');
  }
  yield `event: end\n${last}data: {"reason":"${reason}"}\n\n`;
}

/** Pages as they come, and an empty one now and then, until the time is over or the request is. */
async function* pagesFrom(
  { db, changes, signal }: Request,
  start: From,
  { seconds, ...options }: Options,
): AsyncGenerator<FeedPage> {
  const end = performance.now() + seconds * 1_000;
  const follower = await changes.followers.join(options);
  try {
    let page = await readFeed(db, start, options);
    for (;;) {
      yield page;
      const left = end - performance.now();
      if (left <= 0 || signal.aborted) return;
      const { next: after, more } = page;
      const ms = Math.min(left, HEARTBEAT);
      page = more
        ? await readFeed(db, after, options)
        : await nextPage(db, follower, { after, ...options, ms, signal });
    }
  } finally {
    follower.leave();
  }
}
