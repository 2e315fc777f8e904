import type { Progress } from '#shared/data/sync-queue.ts';
import type { Phase } from '#shared/data/syncs.ts';
import { count } from '#shared/telemetry/measure.ts';
import { inSpan } from '#shared/telemetry/spans.ts';

/** What a stage works on: the sync shows which stage it is in. */
interface Subject {
  lease: { progress: Progress };
}

/** A stage of a sync: `act`, shown as the phase `name`, timed and in a span of its own. */
export function stage<Of extends Subject, More extends unknown[], Result>(
  name: Phase,
  act: (subject: Of, ...more: More) => Promise<Result>,
): (subject: Of, ...more: More) => Promise<Result> {
  return async (subject, ...more) => {
    const started = performance.now();
    subject.lease.progress.phase = name;
    try {
      return await inSpan(name, {}, () => act(subject, ...more));
    } finally {
      count('stageDuration', (performance.now() - started) / 1_000, { 'kaggle_data.sync.stage': name });
    }
  };
}
