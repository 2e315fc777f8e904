import { AsyncLocalStorage } from 'node:async_hooks';
import type { DatabasePool } from 'slonik';
import * as z from 'zod';
import type { Admitted } from './admission.ts';
import type { WatchQuery } from './driver.ts';
import { aroundMethods } from './pool-methods.ts';
import { sql } from './sql.ts';

/** What listeners wait for: rows that are added to the table of that name. */
export const CHANNELS = ['changes', 'syncs'] as const;
export type Channel = (typeof CHANNELS)[number];

/** At most one notification in so many milliseconds. */
const PAUSE = 20;

const written = new AsyncLocalStorage<Set<Channel>>();

/** By the names of prepared queries, which are as many as they are. */
const known = new Map<string, readonly Channel[]>();

function channelsOf(text: string, name: string | undefined): readonly Channel[] {
  const cached = name === undefined ? undefined : known.get(name);
  if (cached) return cached;
  const channels = CHANNELS.filter((channel) => text.includes(`INSERT INTO ${channel} (`));
  if (name !== undefined) known.set(name, channels);
  return channels;
}

/** Sees which channels a statement has news for. */
export const noticeWrites: WatchQuery = (text, name) => {
  const news = written.getStore();
  return (_error, rowCount) => {
    if (rowCount > 0) for (const channel of channelsOf(text, name)) news?.add(channel);
  };
};

/**
 * The pool, which tells listeners what was written: after the commit, as NOTIFY in a transaction takes a lock of the
 * whole database until that ends. A notification may be lost; listeners look by themselves now and then. With `waits`
 * a write is over when it was told: for a process that is frozen then.
 */
export function announcing(pool: Admitted, { waits }: { waits: boolean }): Admitted {
  const { tell, flush } = createTeller(pool);
  const run = async (ask: () => Promise<unknown>) => {
    const channels = new Set<Channel>();
    const result = await written.run(channels, ask);
    if (channels.size > 0) tell(channels);
    if (channels.size > 0 && waits) await flush();
    return result;
  };
  return {
    ...pool,
    ...aroundMethods(pool, run),
    batches: aroundMethods(pool.batches, run),
    async end() {
      await flush();
      await pool.end();
    },
  };
}

function createTeller(pool: DatabasePool) {
  const due = new Set<Channel>();
  let pause: NodeJS.Timeout | undefined;
  let telling: Promise<unknown> = Promise.resolve();
  const send = () => {
    const channels = [...due];
    due.clear();
    if (channels.length === 0) return;
    pause = setTimeout(() => {
      pause = undefined;
      send();
    }, PAUSE).unref();
    telling = written.exit(() =>
      pool
        .query(sql.prepared('notify', z.strictObject({}))`
          SELECT FROM unnest(${sql.array(channels, 'text')}) AS channel, pg_notify(channel, '')`)
        .catch(() => {}),
    );
  };
  return {
    tell(channels: ReadonlySet<Channel>) {
      for (const channel of channels) due.add(channel);
      if (pause === undefined) send();
    },
    async flush() {
      clearTimeout(pause);
      await telling;
      send();
      clearTimeout(pause);
      await telling;
    },
  };
}
