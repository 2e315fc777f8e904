import { AsyncResource } from 'node:async_hooks';
import type { DatabasePool } from 'slonik';
import { record } from '#shared/telemetry/measure.ts';
import { aroundMethods } from './pool-methods.ts';

/** Thrown to those whom the database did not serve in time. */
export class DatabaseBusyError extends Error {}

interface Limits {
  /** Of the pool, in metrics. */
  name: string;
  /** How many may use the pool at once: as many as it has connections. */
  places: number;
  /** How many may wait for a place; whoever comes beyond them is turned away at once. */
  waiting: number;
  /** Milliseconds to wait for a place, and for the answer with that wait included. */
  patience: { place: number; answer: number };
}

/**
 * The pool with an end to each wait: Slonik's own queue has none, nor has `connect` to a server that is silent.
 * Whoever is turned away leaves a running statement to its own time limit, and keeps its place until then.
 */
export function admit(pool: DatabasePool, limits: Limits): DatabasePool {
  const { run, waiting } = createQueue(limits);
  const state = () => ({ ...pool.state(), waitingClients: waiting() });
  return { ...aroundMethods(pool, run), state };
}

type Task = () => Promise<unknown>;

function createQueue({ name, places, waiting: most, patience }: Limits) {
  const waiting = new Set<() => void>();
  let busy = 0;
  const leave = () => {
    busy -= 1;
    const [next] = waiting;
    if (next && waiting.delete(next)) next();
  };
  const run = (task: Task): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const arrived = performance.now();
      let timer: NodeJS.Timeout | undefined;
      let enter = () => {};
      const giveUp = () => {
        clearTimeout(timer);
        waiting.delete(enter);
        record('poolTimeouts', 1, { 'db.client.connection.pool.name': name });
        reject(new DatabaseBusyError('the database did not respond in time'));
      };
      const start = () => {
        clearTimeout(timer);
        busy += 1;
        timer = setTimeout(giveUp, patience.answer - (performance.now() - arrived));
        task()
          .then(resolve, reject)
          .finally(() => {
            clearTimeout(timer);
            leave();
          });
      };
      if (busy < places) return start();
      if (waiting.size >= most) return giveUp();
      // Whoever leaves lets it in: it has to go on as itself, or its spans would be the other's.
      enter = AsyncResource.bind(start);
      waiting.add(enter);
      timer = setTimeout(giveUp, patience.place);
    });
  return { run, waiting: () => waiting.size };
}
