import { setTimeout as sleep } from 'node:timers/promises';
import { KaggleError } from './kaggle-error.ts';
import { LONGEST_WAIT } from './retry.ts';

export interface Limiter {
  /** Resolves when the next request of this method may be sent. @throws {KaggleError} when a run cannot wait so long */
  turn(method: string, signal: AbortSignal): Promise<void>;
  /** Holds all requests of a method back, as Kaggle's limits are per method. Milliseconds. */
  pause(method: string, wait: number): void;
}

/** Spaces requests evenly, for the whole run; `perMinute` null: only the pauses. Time is monotonic. */
export function createLimiter(perMinute: number | null): Limiter {
  const free = new Map<string, number>();
  /** Until when nothing is sent; not as long as Kaggle asked, which may be wrong. */
  const closed = new Map<string, number>();
  const gap = perMinute === null ? 0 : 60_000 / perMinute;
  return {
    async turn(method, signal) {
      const now = performance.now();
      if (now < (closed.get(method) ?? 0))
        throw new KaggleError(
          'rate-limited',
          `Kaggle requested a longer pause of ${method} than a run waits`,
        );
      const at = Math.max(now, free.get(method) ?? 0);
      free.set(method, at + gap);
      if (at > now) await sleep(at - now, undefined, { signal });
    },
    pause(method, wait) {
      const now = performance.now();
      if (wait > LONGEST_WAIT) closed.set(method, now + LONGEST_WAIT);
      else free.set(method, Math.max(free.get(method) ?? 0, now + wait));
    },
  };
}
