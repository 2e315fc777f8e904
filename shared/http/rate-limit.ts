import { randomInt } from 'node:crypto';
import { record } from '#shared/telemetry/measure.ts';
import { Problem } from './problems.ts';

export const WINDOW = 60;

/** Counts one more request of `key` in a window and gives the count so far; null when counting failed. */
export type Count = (key: string, window: number) => number | Promise<number | null>;

/** Of callers with a counter of their own, and of counters that those beyond them share: 100,000 together. */
const MOST_KEYS = 95_904;
const SHARED = 4_096;

/**
 * Counts in this process; what belongs to an earlier window is forgotten at once. Who comes when there is no room for a
 * counter more shares one with others, as made-up addresses must neither fill the memory nor keep everybody else out.
 */
export function countInMemory(): Count {
  const seed = randomInt(2 ** 31);
  let current = 0;
  let counts = new Map<string, number>();
  return (key, window) => {
    if (window !== current) {
      current = window;
      counts = new Map();
    }
    const counter = counts.size < MOST_KEYS || counts.has(key) ? key : `shared:${mix(key, seed) % SHARED}`;
    const count = (counts.get(counter) ?? 0) + 1;
    counts.set(counter, count);
    return count;
  };
}

/** FNV-1a. */
function mix(text: string, seed: number): number {
  let state = seed;
  for (let at = 0; at < text.length; at++) state = Math.imul(state ^ text.charCodeAt(at), 0x01000193);
  return (state ^ (state >>> 15)) >>> 0;
}

/**
 * The fields that tell a client where it stands (draft-ietf-httpapi-ratelimit-headers-10); none when counting
 * failed, for then the request is served.
 * @throws {Problem} rate-limited with an exact Retry-After, when `quota` requests of this window are used up
 */
export async function limitRate(count: Count, key: string, quota: number): Promise<Record<string, string>> {
  const now = Date.now() / 1_000;
  const window = Math.floor(now / WINDOW);
  const used = await count(key, window);
  const outcome = used === null ? 'uncounted' : used <= quota ? 'admitted' : 'refused';
  record('rateLimit', 1, { 'kaggle_data.outcome': outcome });
  if (used === null) return {};
  const left = Math.max(quota - used, 0);
  const wait = Math.ceil((window + 1) * WINDOW - now);
  const headers = {
    'ratelimit-policy': `"default";q=${quota};w=${WINDOW}`,
    ratelimit: `"default";r=${left};t=${wait}`,
  };
  if (used <= quota) return headers;
  throw new Problem('rate-limited', `The limit is ${quota} requests per minute. Retry in ${wait} seconds.`, {
    headers: { ...headers, 'retry-after': String(wait) },
  });
}
