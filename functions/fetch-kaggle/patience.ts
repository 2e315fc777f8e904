import { setTimeout as sleep } from 'node:timers/promises';
import { classifyDatabaseError } from '#shared/data/errors.ts';

const PATIENCE = 120_000;
const PAUSE = 500;

/** Repeats what the database could not answer just now: it may be starting again. */
export async function patiently<Value>(ask: () => Promise<Value>, signal?: AbortSignal): Promise<Value> {
  for (const end = performance.now() + PATIENCE; ; ) {
    try {
      return await ask();
    } catch (error) {
      const passing = classifyDatabaseError(error);
      if ((passing !== 'unavailable' && passing !== 'timeout') || performance.now() > end) throw error;
      await sleep(PAUSE, undefined, signal && { signal });
    }
  }
}
