import type { Progress } from '#shared/data/sync-queue.ts';

/** Seconds that a rate is the mean of. */
const SPAN = 10;

/** How fast a download goes, from how far it was at each call; null while nothing is downloaded, and at first. */
export function transferRate(): (
  progress: Pick<Progress, 'phase' | 'bytesDone'>,
  now: number,
) => number | null {
  let seen: { bytes: number; at: number }[] = [];
  return ({ phase, bytesDone }, now) => {
    // What an earlier run had fetched is there at once.
    if (phase !== 'download' || bytesDone < (seen.at(-1)?.bytes ?? 0)) seen = [];
    if (phase !== 'download') return null;
    seen.push({ bytes: bytesDone, at: now });
    while (seen.length > SPAN + 1) seen.shift();
    const [first] = seen;
    const seconds = (now - (first?.at ?? now)) / 1_000;
    return seconds > 0 ? Math.round((bytesDone - (first?.bytes ?? 0)) / seconds) : null;
  };
}
