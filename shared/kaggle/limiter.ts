import { setTimeout as sleep } from 'node:timers/promises';
import { KaggleError } from './kaggle-error.ts';
import { LONGEST_WAIT } from './retry.ts';

export interface Limiter {
  /** Resolves when the next request of this method may be sent. @throws {KaggleError} when a run cannot wait so long */
  turn(method: string, signal: AbortSignal): Promise<void>;
  /** Holds all requests of a method back, as Kaggle's limits are per method. Milliseconds. */
  pause(method: string, wait: number): Promise<void>;
}

/** What all processes that ask the same Kaggle share; times are milliseconds. */
export interface Pace {
  /** The wait until the next turn, `gap` after the one before; `closed`: none is taken, as nobody asks now. */
  take(method: string, gap: number): Promise<{ closed: boolean; wait: number }>;
  /** Whether a turn that was taken must not be used: a pause has begun meanwhile. */
  isHeld(method: string): Promise<boolean>;
  pause(method: string, wait: number): Promise<void>;
  close(method: string, wait: number): Promise<void>;
}

/** Spaces requests evenly; `perMinute` null: only the pauses. */
export function createLimiter(perMinute: number | null, pace: Pace): Limiter {
  const gap = perMinute === null ? 0 : 60_000 / perMinute;
  return {
    async turn(method, signal) {
      for (;;) {
        const { closed, wait } = await pace.take(method, gap);
        if (closed)
          throw new KaggleError(
            'rate-limited',
            `Kaggle requested a longer pause of ${method} than a run waits`,
          );
        if (wait === 0) return;
        await sleep(wait, undefined, { signal });
        if (!(await pace.isHeld(method))) return;
      }
    },
    // Not as long as Kaggle asked, which may be wrong.
    pause: (method, wait) =>
      wait > LONGEST_WAIT ? pace.close(method, LONGEST_WAIT) : pace.pause(method, wait),
  };
}
