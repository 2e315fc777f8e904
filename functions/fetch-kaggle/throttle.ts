import { setTimeout as sleep } from 'node:timers/promises';

/** Called with each piece that came; resolves when the next may come. */
export type Throttle = (bytes: number, signal: AbortSignal) => Promise<void> | null;

/** Keeps all downloads of a run together below a speed; null: at any speed. */
export function createThrottle(bytesPerSecond: number | null): Throttle {
  if (bytesPerSecond === null) return () => null;
  let free = 0;
  return (bytes, signal) => {
    const now = performance.now();
    free = Math.max(free, now) + (bytes / bytesPerSecond) * 1_000;
    return free > now + 5 ? sleep(free - now, undefined, { signal }) : null;
  };
}
