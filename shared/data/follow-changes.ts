import type { CommonQueryMethods } from 'slonik';
import { type ChangeFilter, type ChangeRow, fits, readChanges } from './change-feed.ts';
import type { Listener } from './listen.ts';

interface News {
  rows: readonly ChangeRow[] | null;
  upTo: number;
}

/** A reader that waits for what comes. */
export interface Follower {
  /**
   * What it asked for and came meanwhile, and the change up to which that is everything; no rows when nothing did within
   * `ms`, or `signal` was aborted. `rows` is null when it was not waiting while something came: it has to read itself.
   */
  next(ms: number, signal: AbortSignal): Promise<News>;
  leave(): void;
}

export interface Followers {
  /** From now on nothing is missed; what was there before has to be read after this. */
  join(filter: ChangeFilter): Promise<Follower>;
  close(): Promise<void>;
}

interface Seat {
  filter: ChangeFilter;
  /** Set while it waits. */
  wake: ((news: News) => void) | null;
  missed: boolean;
}

/** Readers look for themselves so often, should no notification come. */
const LOOK = 1_000;
/** The connection that listens stays so long after the last reader. */
const LINGER = 30_000;
const PAGE = 500;
const ALL: ChangeFilter = { types: null, datasetId: null };

/**
 * All readers of a process that wait, behind one reader of the feed: it looks when it is notified, and each second, and
 * hands on what it finds. So they cost no query each.
 */
export function followChanges(db: CommonQueryMethods, openListener: () => Listener): Followers {
  const seats = new Set<Seat>();
  const closing = new AbortController();
  let running: Promise<void> | null = null;
  let started: Promise<void> | null = null;
  /** Up to here everybody was told. */
  let tail = 0;

  const handOn = (rows: readonly ChangeRow[], upTo: number) => {
    for (const seat of seats) {
      const wanted = rows.filter((row) => fits(seat.filter, row));
      if (wanted.length === 0) continue;
      if (seat.wake) seat.wake({ rows: wanted, upTo });
      else seat.missed = true;
    }
    tail = upTo;
  };

  async function run(): Promise<void> {
    const listener = openListener();
    try {
      for (let idleSince = performance.now(); !closing.signal.aborted; ) {
        await listener.next(LOOK, closing.signal);
        if (seats.size > 0) idleSince = performance.now();
        else if (performance.now() - idleSince > LINGER) return;
        // An unreachable database is asked again at the next look.
        await look().catch(() => {});
      }
    } finally {
      running = null;
      started = null;
      await listener.close();
    }
  }

  async function look(): Promise<void> {
    for (;;) {
      const { rows } = await readChanges(db, { ...ALL, after: tail, limit: PAGE });
      const last = rows.at(-1);
      if (last === undefined) return;
      handOn(rows, last.id);
    }
  }

  async function start(): Promise<void> {
    tail = (await readChanges(db, { ...ALL, after: 0, limit: 1 })).last;
    running = run();
  }

  function nextOf(seat: Seat, ms: number, signal: AbortSignal): Promise<News> {
    const nothing = () => ({ rows: [], upTo: tail });
    if (signal.aborted) return Promise.resolve(nothing());
    if (seat.missed) {
      seat.missed = false;
      return Promise.resolve({ rows: null, upTo: 0 });
    }
    return new Promise((resolve) => {
      const end = (news: News) => {
        seat.wake = null;
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
        resolve(news);
      };
      const giveUp = () => end(nothing());
      const timer = setTimeout(giveUp, ms);
      signal.addEventListener('abort', giveUp, { once: true });
      seat.wake = end;
    });
  }

  return {
    async join(filter) {
      const seat: Seat = { filter, wake: null, missed: false };
      // Taken first, so that the reader does not stop in between.
      seats.add(seat);
      try {
        started ??= start().catch((error) => {
          started = null;
          throw error;
        });
        await started;
      } catch (error) {
        seats.delete(seat);
        throw error;
      }
      return { next: (ms, signal) => nextOf(seat, ms, signal), leave: () => void seats.delete(seat) };
    },
    async close() {
      closing.abort();
      await running;
    },
  };
}
