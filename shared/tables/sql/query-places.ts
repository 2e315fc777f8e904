import { Problem } from '#shared/http/problems.ts';
import { QueryStopped } from '#shared/tables/query-engine.ts';

const WAITING = 16;

export interface QueryPlaces {
  /**
   * Resolves when it is this caller's turn, with the function that ends it.
   * @throws {Problem} overloaded when too many wait already, {QueryStopped} when `signal` is aborted before
   */
  enter(caller: string, signal: AbortSignal): Promise<() => void>;
  /** Whether it is anybody's turn. */
  busy(): boolean;
}

interface Waiting {
  caller: string;
  start(): void;
}

/** One query at a time. Who had the last turn lets others go first, so that no caller keeps the others out. */
export function createQueryPlaces(): QueryPlaces {
  const queue: Waiting[] = [];
  let busy = false;
  const turn = (caller: string) => {
    busy = true;
    let mine = true;
    return () => {
      if (!mine) return;
      mine = false;
      busy = false;
      const other = queue.findIndex((waiting) => waiting.caller !== caller);
      queue.splice(Math.max(other, 0), 1)[0]?.start();
    };
  };
  return {
    busy: () => busy,
    async enter(caller, signal) {
      if (!busy) return turn(caller);
      if (queue.length >= WAITING)
        throw new Problem('overloaded', `${WAITING} queries are waiting. Retry shortly.`, {
          headers: { 'retry-after': '5' },
        });
      return new Promise((resolve, reject) => {
        const waiting = {
          caller,
          start() {
            signal.removeEventListener('abort', leave);
            resolve(turn(caller));
          },
        };
        const leave = () => {
          queue.splice(queue.indexOf(waiting), 1);
          reject(new QueryStopped());
        };
        signal.addEventListener('abort', leave, { once: true });
        queue.push(waiting);
      });
    },
  };
}
