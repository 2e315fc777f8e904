import { Problem } from '#shared/http/problems.ts';
import type { Cause } from '#shared/tables/engine-process.ts';
import type { QueryFault } from './query-steps.ts';

/** What a client is told of what is wrong with its query; null when the fault is ours. */
export function problemOf({ fault, detail, line, column }: QueryFault): Problem | null {
  switch (fault) {
    case 'refused':
      return new Problem('query-refused', detail, { members: { line, column } });
    case 'invalid':
      return new Problem('query-invalid', detail, { members: { line, column } });
    case 'too-expensive':
      return new Problem('query-too-expensive', detail);
    case 'damaged':
      return null;
  }
}

/** What it is told when the process of its query was killed. */
export function problemOfDeath(cause: Cause, timeout: number): Problem {
  switch (cause) {
    case 'time':
      return new Problem(
        'query-too-expensive',
        `The query took more than ${timeout} milliseconds. Read fewer rows, or raise timeout_ms, which may be 60000.`,
      );
    case 'left':
      return new Problem('overloaded', 'The query was stopped with this process. Retry.', {
        headers: { 'retry-after': '1' },
      });
    default:
      return new Problem(
        'query-too-expensive',
        'The query needs more than 320 MiB of memory. Read fewer rows, or make smaller values.',
      );
  }
}
