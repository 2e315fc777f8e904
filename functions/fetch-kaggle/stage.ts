import type { Phase } from '#shared/data/syncs.ts';
import { record } from '#shared/telemetry/measure.ts';
import { inSpan } from '#shared/telemetry/spans.ts';

/** Runs one stage of a sync, timed and in a span of its own. */
export async function stage<Result>(name: Phase, act: () => Promise<Result>): Promise<Result> {
  const started = performance.now();
  try {
    return await inSpan(name, {}, act);
  } finally {
    record('stageDuration', (performance.now() - started) / 1_000, { 'kaggle_data.sync.stage': name });
  }
}
