import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import type { Answer } from './arrivals.ts';

/** What came of the requests of a stage. Times in milliseconds since each request was due. */
export interface Tally {
  record(answer: Answer): void;
  /** Answers of 2xx and 304 a second. */
  goodput(): number;
  good: Times;
  /** Those of 429 and 503. */
  refused: Times;
  /** How late requests were sent: the generator's own trouble, not the server's. */
  lateness: Times;
  statuses: Map<number, number>;
  /** By code: requests without an answer, refusals without Retry-After, and answers nobody should get. */
  errors: Map<string, number>;
}

export interface Times {
  count(): number;
  at(percentile: number): number;
}

export function createTally(seconds: number): Tally {
  const [good, refused, lateness] = [times(), times(), times()];
  const statuses = new Map<number, number>();
  const errors = new Map<string, number>();
  let first = Number.POSITIVE_INFINITY;
  let last = 0;
  return {
    record({ status, error, retryAfter, due, sent, ended }) {
      first = Math.min(first, due);
      lateness.add(sent - due);
      if (error !== null) return add(errors, error);
      add(statuses, status);
      if (isGood(status)) {
        good.add(ended - due);
        last = Math.max(last, ended);
      } else if (status === 429 || status === 503) {
        refused.add(ended - due);
        if (!retryAfter) add(errors, `${status} without Retry-After`);
      } else add(errors, `status ${status}`);
    },
    // What is answered after the stage took longer: it does not make the server faster.
    goodput: () => good.count() / Math.max(seconds, (last - first) / 1_000),
    good,
    refused,
    lateness,
    statuses,
    errors,
  };
}

export function isGood(status: number): boolean {
  return (status >= 200 && status < 300) || status === 304;
}

function times(): Times & { add(milliseconds: number): void } {
  const histogram: RecordableHistogram = createHistogram();
  return {
    add: (milliseconds) => histogram.record(Math.max(1, Math.round(milliseconds * 1_000))),
    count: () => histogram.count,
    at: (percentile) => (histogram.count === 0 ? Number.NaN : histogram.percentile(percentile) / 1_000),
  };
}

function add<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
