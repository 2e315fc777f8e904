import { Problem } from '#shared/http/problems.ts';
import { QueryStopped } from '#shared/tables/query-engine.ts';
import { count } from '#shared/telemetry/measure.ts';
import { createQueryPlaces } from './query-places.ts';
import { type QueryProcess, startQueryProcess } from './query-process.ts';

/** Runs the queries of clients, each in a process of its own, one at a time. */
export interface QueryService {
  /**
   * A process that is ready; the next query waits until it has ended. It ends when `signal` is aborted.
   * @throws {Problem} overloaded, {QueryStopped}
   */
  enter(caller: string, signal: AbortSignal): Promise<QueryProcess>;
  close(): void;
}

/** Milliseconds for which a process waits for a query that may come. */
const IDLE = 10_000;

export function createQueryService(): QueryService {
  const places = createQueryPlaces();
  const running = new Set<QueryProcess>();
  let spare: Promise<QueryProcess> | null = null;
  let closed = false;

  const start = async (awaited: boolean) => {
    const process = await startQueryProcess({ awaited });
    running.add(process);
    void process.ended.then(() => running.delete(process));
    return process;
  };
  const take = async () => {
    const waiting = await spare?.catch(() => null);
    spare = null;
    return waiting && running.has(waiting) ? waiting : start(true);
  };
  /** Who queries once mostly does so again: the next query need not wait for the engine. */
  const startSpare = () => {
    if (closed || places.busy() || spare !== null) return;
    const starting = start(false);
    spare = starting;
    starting.then(
      ({ close }) => {
        setTimeout(() => {
          if (spare !== starting) return;
          spare = null;
          close();
        }, IDLE).unref();
      },
      () => {},
    );
  };
  return {
    async enter(caller, signal) {
      const leave = await places.enter(caller, signal);
      try {
        const process = await take();
        const { ended, kill, close, ready } = process;
        const stop = () => kill('left');
        signal.addEventListener('abort', stop, { once: true });
        if (signal.aborted) stop();
        void ended.then(({ code, cause }) => {
          signal.removeEventListener('abort', stop);
          leave();
          if (code === 0 || cause === 'done') startSpare();
          else count('queryKills', 1, { 'kaggle_data.reason': cause });
        });
        await ready.catch(() => {
          close();
          throw signal.aborted ? new QueryStopped() : cannotStart();
        });
        return process;
      } catch (error) {
        leave();
        throw error;
      }
    },
    close() {
      closed = true;
      for (const { close } of running) close();
    },
  };
}

function cannotStart(): Problem {
  return new Problem('overloaded', 'The engine could not be started. Retry shortly.', {
    headers: { 'retry-after': '5' },
  });
}
