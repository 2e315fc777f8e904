import { on } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { QueryChannel } from './answer-query.ts';

/** The channel of a process that was started for a query. */
export function queryChannel(): QueryChannel {
  goFirst();
  const messages = on(process, 'message');
  return {
    async next() {
      const { value = [] } = await messages.next();
      return value[0];
    },
    reply: (message) =>
      new Promise((resolve, reject) => {
        process.send?.(message, (error: Error | null) => (error ? reject(error) : resolve()));
      }),
    write: (bytes) =>
      new Promise((resolve, reject) => {
        process.stdout.write(bytes, (error) => (error ? reject(error) : resolve()));
      }),
  };
}

/** When memory is short, Linux takes this process rather than the one that serves everybody. */
function goFirst(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000');
  } catch {
    // Other systems have no such thing.
  }
}
