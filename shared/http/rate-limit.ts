import { randomInt } from 'node:crypto';
import { count } from '#shared/telemetry/measure.ts';
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

/** So many requests a minute; those of `default` are all that a caller sends. */
export interface Policy {
  name: string;
  quota: number;
}

/**
 * The fields that tell a client where it stands (draft-ietf-httpapi-ratelimit-headers-10); none when counting
 * failed, for then the request is served.
 * @throws {Problem} rate-limited with an exact Retry-After, when the quota of a policy is used up in this window
 */
export async function limitRate(
  counter: Count,
  key: string,
  policies: readonly Policy[],
): Promise<Record<string, string>> {
  const now = Date.now() / 1_000;
  const window = Math.floor(now / WINDOW);
  const counted: (Policy & { used: number })[] = [];
  for (const policy of policies) {
    const used = await counter(policy.name === 'default' ? key : `${policy.name}:${key}`, window);
    if (used !== null) counted.push({ ...policy, used });
    // What is refused by one is not counted by the next.
    if (used === null || used > policy.quota) break;
  }
  const over = counted.find(({ used, quota }) => used > quota);
  const outcome = over ? 'refused' : counted.length < policies.length ? 'uncounted' : 'admitted';
  count('rateLimit', 1, { 'kaggle_data.outcome': outcome });
  if (counted.length === 0) return {};
  const wait = Math.ceil((window + 1) * WINDOW - now);
  const headers = {
    'ratelimit-policy': list(counted, ({ name, quota }) => `"${name}";q=${quota};w=${WINDOW}`),
    ratelimit: list(counted, ({ name, quota, used }) => `"${name}";r=${Math.max(quota - used, 0)};t=${wait}`),
  };
  if (over === undefined) return headers;
  const what = over.name === 'default' ? '' : ` of ${over.name}`;
  throw new Problem(
    'rate-limited',
    `The limit is ${over.quota} requests${what} per minute. Retry in ${wait} seconds.`,
    { headers: { ...headers, 'retry-after': String(wait) } },
  );
}

function list<Item>(items: readonly Item[], write: (item: Item) => string): string {
  return items.map(write).join(', ');
}
