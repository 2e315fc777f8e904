import { AsyncResource } from 'node:async_hooks';
import type { DatabasePool } from 'slonik';
import { count } from '#shared/telemetry/measure.ts';
import { aroundMethods } from './pool-methods.ts';

/** Thrown to those whom the database did not serve in time. */
export class DatabaseBusyError extends Error {}

interface Limits {
  /** Of the pool, in metrics. */
  name: string;
  /** How many may use the pool at once: as many as it has connections. */
  places: number;
  /**
   * How many of them at once: those who read a page of a list, which may have 4 MiB and takes several times that until
   * it is JSON; batches, each of which would keep its connection while it waits for the one before.
   */
  pages: number;
  batches: number;
  /** How many may wait for a place; whoever comes beyond them is turned away at once. */
  waiting: number;
  /** Milliseconds to wait for a place, and for the answer with that wait included. */
  patience: { place: number; answer: number };
}

export interface Admitted extends DatabasePool {
  /** The same, for what reads a page of a list. */
  readonly pages: DatabasePool;
  /** The same, for batches of writes. */
  readonly batches: DatabasePool;
}

/**
 * The pool with an end to each wait: Slonik's own queue has none, nor has `connect` to a server that is silent.
 * Whoever is turned away leaves a running statement to its own time limit, and keeps its place until then.
 */
export function admit(pool: DatabasePool, limits: Limits): Admitted {
  const { run, waiting } = createQueue(limits);
  const state = () => ({ ...pool.state(), waitingClients: waiting() });
  const around = (kind: Kind) => ({ ...aroundMethods(pool, (task) => run(task, kind)), state });
  return { ...around('places'), pages: around('pages'), batches: around('batches') };
}

type Task = () => Promise<unknown>;
/** All take places. */
type Kind = 'places' | 'pages' | 'batches';

function createQueue({ name, waiting: most, patience, ...limits }: Limits) {
  const waiting = new Set<{ kind: Kind; enter(): void }>();
  const taken = { places: 0, pages: 0, batches: 0 };
  const fits = (kind: Kind) => taken.places < limits.places && taken[kind] < limits[kind];
  const take = (kind: Kind, one: 1 | -1) => {
    taken[kind] += one;
    if (kind !== 'places') taken.places += one;
  };
  const leave = (kind: Kind) => {
    take(kind, -1);
    const next = [...waiting].find((waiter) => fits(waiter.kind));
    if (next && waiting.delete(next)) next.enter();
  };
  const run = (task: Task, kind: Kind): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const arrived = performance.now();
      let timer: NodeJS.Timeout | undefined;
      const waiter = { kind, enter: () => {} };
      const giveUp = () => {
        clearTimeout(timer);
        waiting.delete(waiter);
        count('poolTimeouts', 1, { 'db.client.connection.pool.name': name });
        reject(new DatabaseBusyError('the database did not respond in time'));
      };
      const start = () => {
        clearTimeout(timer);
        take(kind, 1);
        timer = setTimeout(giveUp, patience.answer - (performance.now() - arrived));
        const settled =
          <Value>(settle: (value: Value) => void) =>
          (value: Value) => {
            clearTimeout(timer);
            settle(value);
            leave(kind);
          };
        task().then(settled(resolve), settled(reject));
      };
      if (fits(kind)) return start();
      if (waiting.size >= most) return giveUp();
      // Whoever leaves lets it in: it has to go on as itself, or its spans would be the other's.
      const resource = new AsyncResource('PLACE');
      waiter.enter = () => resource.runInAsyncScope(start);
      waiting.add(waiter);
      timer = setTimeout(giveUp, patience.place);
    });
  return { run, waiting: () => waiting.size };
}
