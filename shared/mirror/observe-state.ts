import { statfs } from 'node:fs/promises';
import type { CommonQueryMethods } from 'slonik';
import { summarizeDeliveries } from '#shared/data/delivery-summary.ts';
import { migrationsPending } from '#shared/data/migrations.ts';
import { summarizeMirrors } from '#shared/data/mirror-summary.ts';
import { observe } from '#shared/telemetry/measure.ts';

const FRESH = 10_000;

export interface StateObservation {
  /** Has the next collection ask anew, however fresh the last answers are. */
  forget(): void;
  stop(): void;
}

/**
 * Has metrics tell how database and volume are whenever they are collected, until it is stopped. What cannot be
 * read is left out: an alert sees that it is absent.
 */
export function observeState(db: CommonQueryMethods, dataRoot: string | null): StateObservation {
  const summary = remembered(() => summarizeMirrors(db));
  const deliveries = remembered(() => summarizeDeliveries(db));
  const volume = remembered(() => (dataRoot === null ? Promise.reject() : statfs(dataRoot)));
  const pending = remembered(() => migrationsPending(db));
  const stops = [
    observe('migrationsPending', async (result) => {
      const value = await pending.read();
      if (value !== null) result.observe(value ? 1 : 0);
    }),
    observe('mirrors', async (result) => {
      for (const [state, count] of Object.entries((await summary.read())?.states ?? {}))
        result.observe(count, { 'kaggle_data.mirror.state': state });
    }),
    observe('staleMirrors', async (result) => {
      const known = await summary.read();
      if (known) result.observe(known.stale);
    }),
    observe('oldestCheck', async (result) => {
      const known = await summary.read();
      if (known) result.observe(known.oldest_check ?? 0);
    }),
    observe('queuedSyncs', async (result) => {
      const known = await summary.read();
      if (!known) return;
      result.observe(known.queued, { 'kaggle_data.sync.state': 'queued' });
      result.observe(known.running, { 'kaggle_data.sync.state': 'running' });
    }),
    observe('oldestQueuedSync', async (result) => {
      const known = await summary.read();
      if (known) result.observe(known.oldest_queued ?? 0);
    }),
    observe('deliveries', async (result) => {
      const known = await deliveries.read();
      if (!known) return;
      result.observe(known.pending, { 'kaggle_data.delivery.state': 'pending' });
      result.observe(known.dead, { 'kaggle_data.delivery.state': 'dead' });
    }),
    observe('oldestDelivery', async (result) => {
      const known = await deliveries.read();
      if (known) result.observe(known.oldest_pending ?? 0);
    }),
    observe('volumeFree', async (result) => {
      const known = await volume.read();
      if (known) result.observe(known.bavail * known.bsize);
    }),
    observe('volumeSize', async (result) => {
      const known = await volume.read();
      if (known) result.observe(known.blocks * known.bsize);
    }),
  ];
  return {
    forget() {
      for (const answer of [summary, deliveries, volume, pending]) answer.forget();
    },
    stop() {
      for (const stop of stops) stop();
    },
  };
}

/** Asks at most every ten seconds, however many metrics and scrapers want to know; null when there is no answer. */
function remembered<Value>(ask: () => Promise<Value>) {
  let answer: Promise<Value | null> = Promise.resolve(null);
  let askedAt = Number.NEGATIVE_INFINITY;
  return {
    read() {
      if (performance.now() - askedAt > FRESH) {
        askedAt = performance.now();
        answer = ask().catch(() => null);
      }
      return answer;
    },
    forget() {
      askedAt = Number.NEGATIVE_INFINITY;
    },
  };
}
