import type { ServerResponse } from 'node:http';
import { Problem } from './problems.ts';

const MOST = 64;

/**
 * Counts the downloads that each caller has open: from the request until the response is done or given up.
 * The function throws rate-limited when `caller` has as many as it may.
 */
export function limitDownloads(): (caller: string, response: ServerResponse) => void {
  const open = new Map<string, number>();
  return (caller, response) => {
    if (response.closed) return;
    const count = open.get(caller) ?? 0;
    if (count >= MOST)
      throw new Problem('rate-limited', `This caller has ${MOST} downloads open. Wait until one ends.`, {
        headers: { 'retry-after': '1' },
      });
    open.set(caller, count + 1);
    response.once('close', () => {
      const left = (open.get(caller) ?? 1) - 1;
      if (left === 0) open.delete(caller);
      else open.set(caller, left);
    });
  };
}
