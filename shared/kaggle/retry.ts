import { setTimeout as sleep } from 'node:timers/promises';
import { count } from '#shared/telemetry/measure.ts';
import { KaggleError } from './kaggle-error.ts';

/** How often something may be repeated, shared by all requests for one dataset. */
export interface Budget {
  left: number;
  /** Milliseconds before the first repeat. */
  delay: number;
}

const LONGEST_DELAY = 60_000;
/** Kaggle asks for more patience than this: another run will do. */
export const LONGEST_WAIT = 900_000;

/**
 * Waits before repeating what failed: exponential with full jitter, and never less than Kaggle asked for.
 * @throws the error itself when it cannot be repeated, or the budget is spent
 */
export async function waitToRepeat(
  error: unknown,
  attempt: number,
  budget: Budget,
  signal: AbortSignal,
): Promise<void> {
  if (!(error instanceof KaggleError) || !error.repeatable || budget.left <= 0) throw error;
  const asked = error.retryAfter ?? 0;
  if (asked > LONGEST_WAIT) throw error;
  budget.left -= 1;
  count('kaggleRetries', 1);
  const most = Math.min(LONGEST_DELAY, budget.delay * 2 ** attempt);
  await sleep(Math.max(asked, Math.random() * most), undefined, { signal });
}

/** Seconds or an HTTP date (RFC 9110, section 10.2.3), in milliseconds; undefined when absent or malformed. */
export function parseRetryAfter(field: string | undefined): number | undefined {
  if (field === undefined) return undefined;
  if (/^\d+$/.test(field.trim())) return Number(field) * 1_000;
  const date = Date.parse(field);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
