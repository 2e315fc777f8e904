import { count } from '#shared/telemetry/measure.ts';

/** Measures a query from now on. */
export function measureQuery() {
  const started = performance.now();
  const parts: string[] = [];
  let last = started;
  let ended = false;
  return {
    /** A part of the query is done. */
    mark(name: 'wait' | 'open' | 'run') {
      const now = performance.now();
      parts.push(`${name};dur=${(now - last).toFixed(1)}`);
      last = now;
    },
    timing: () => parts.join(', '),
    /** Once: what comes later is not heard. */
    end(outcome: string) {
      if (ended) return;
      ended = true;
      count('queryRunDuration', (performance.now() - started) / 1_000, {
        'kaggle_data.outcome': outcome,
      });
    },
  };
}
