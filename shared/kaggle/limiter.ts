import { setTimeout as sleep } from 'node:timers/promises';

export interface Limiter {
  /** Resolves when the next request of this method may be sent. */
  turn(method: string, signal: AbortSignal): Promise<void>;
  /** Holds all requests of a method back, as Kaggle's limits are per method. Milliseconds. */
  pause(method: string, wait: number): void;
}

/** Spaces requests evenly, for the whole run; `perMinute` null: only the pauses. Time is monotonic. */
export function createLimiter(perMinute: number | null): Limiter {
  const free = new Map<string, number>();
  const gap = perMinute === null ? 0 : 60_000 / perMinute;
  return {
    async turn(method, signal) {
      const now = performance.now();
      const at = Math.max(now, free.get(method) ?? 0);
      free.set(method, at + gap);
      if (at > now) await sleep(at - now, undefined, { signal });
    },
    pause(method, wait) {
      free.set(method, Math.max(free.get(method) ?? 0, performance.now() + wait));
    },
  };
}
