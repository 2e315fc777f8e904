import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabasePool } from 'slonik';
import { classifyDatabaseError } from './database-errors.ts';
import { aroundMethods } from './pool-methods.ts';

const PATIENCE = 120_000;
const PAUSE = 500;

/**
 * A pool that repeats, for two minutes, what the database could not answer just now: it may be starting again.
 * A transaction is repeated whole, even when it was only the answer to its COMMIT that did not come. Nothing is
 * repeated once `signal` is aborted.
 */
export function patient(pool: DatabasePool, signal: AbortSignal): DatabasePool {
  return aroundMethods(pool, async (ask) => {
    for (const end = performance.now() + PATIENCE; ; ) {
      try {
        return await ask();
      } catch (error) {
        const failure = classifyDatabaseError(error);
        const passing = failure === 'unavailable' || failure === 'timeout';
        if (!passing || signal.aborted || performance.now() > end) throw error;
        // Stopped while it waits, it asks a last time.
        await sleep(PAUSE, undefined, { signal }).catch(() => {});
      }
    }
  });
}
