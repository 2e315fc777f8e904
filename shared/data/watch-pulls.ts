import { setTimeout as sleep } from 'node:timers/promises';
import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import { sql } from './sql.ts';

/** A dataset, and the version of it that somebody waits for; null: any. */
export interface Awaited {
  ref: string;
  version: number | null;
}

export interface PullWatch {
  /** Resolves when the version is here or its sync has ended, after `ms` at the latest, and when `signal` is aborted. */
  until(wanted: Awaited, ms: number, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** Between two looks at the database. */
const LOOK = 250;
/** So many are let go at once: all of them query, and others do too. */
const CROWD = 20;
const PAUSE = 25;
const Settled = z.object({ place: z.int() });

/**
 * All who wait in this process, behind one statement that looks for them again and again while there are any. It needs
 * no connection of its own and no notification, so that it works behind a pooler of transactions as well.
 */
export function watchPulls(db: CommonQueryMethods): PullWatch {
  const waiting = new Map<string, { wanted: Awaited; wake: Set<() => void> }>();
  const closing = new AbortController();
  let looking: Promise<void> | null = null;

  async function look(): Promise<void> {
    while (waiting.size > 0 && !closing.signal.aborted) {
      await sleep(LOOK, undefined, { signal: closing.signal }).catch(() => {});
      const keys = [...waiting.keys()];
      const all = keys.flatMap((key) => waiting.get(key)?.wanted ?? []);
      // An unreachable database is asked again at the next look.
      const settled = await settledOf(db, all).catch(() => []);
      const ends = settled.flatMap(({ place }) => [...(waiting.get(keys[place - 1] ?? '')?.wake ?? [])]);
      for (const [place, end] of ends.entries()) {
        if (place % CROWD === CROWD - 1) await sleep(PAUSE);
        end();
      }
    }
    looking = null;
  }

  return {
    until: (wanted, ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted || closing.signal.aborted) return resolve();
        const key = `${wanted.ref} ${wanted.version}`;
        const entry = waiting.get(key) ?? { wanted, wake: new Set() };
        waiting.set(key, entry);
        const end = () => {
          clearTimeout(timer);
          signal.removeEventListener('abort', end);
          entry.wake.delete(end);
          if (entry.wake.size === 0 && waiting.get(key) === entry) waiting.delete(key);
          resolve();
        };
        const timer = setTimeout(end, ms);
        signal.addEventListener('abort', end, { once: true });
        entry.wake.add(end);
        looking ??= look();
      }),
    async close() {
      closing.abort();
      for (const { wake } of [...waiting.values()]) for (const end of [...wake]) end();
      await looking;
    },
  };
}

/** Places, from 1, of those of which the version is here, or no sync waits or runs. */
function settledOf(
  db: CommonQueryMethods,
  wanted: readonly Awaited[],
): Promise<readonly z.output<typeof Settled>[]> {
  const list = JSON.stringify(wanted.map(({ ref, version }, at) => ({ ref, version, place: at + 1 })));
  return db.any(sql.prepared('settled_pulls', Settled)`
    SELECT place FROM jsonb_to_recordset(${list}::jsonb) AS wanted (ref text, version int4, place int4)
    LEFT JOIN mirrors USING (ref)
    WHERE NOT EXISTS (SELECT FROM syncs WHERE mirror_id = mirrors.id AND state IN ('queued', 'running'))
      OR EXISTS (SELECT FROM datasets WHERE mirror_ref = mirrors.ref) AND EXISTS (
        SELECT FROM versions WHERE mirror_id = mirrors.id AND state = 'ready'
          AND number = coalesce(wanted.version, number))`);
}
