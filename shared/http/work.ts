import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { GroupHeader } from './group.ts';
import { perRequest } from './per-request.ts';
import { Problem } from './problems.ts';
import { servedBy } from './served.ts';

const MOST_WAITING = 1_000;

export interface Work {
  /** Requests in work: from their arrival until their answer begins, without those that wait. */
  busy(): number;
  /** Counts the requests of an instance; before all other hooks. */
  count(app: FastifyInstance): void;
  /**
   * Takes a request out of the count until `event` has come; of a stream, until that has ended.
   * @throws {Problem} overloaded when too many wait already
   */
  wait<Value>(request: FastifyRequest, event: Promise<Value>): Promise<Value>;
}

/** A request is in work until its answer begins, so that slow downloads keep nobody out. */
export function countWork(): Work {
  const leavers = perRequest<(() => void) | null>();
  const gone = perRequest<true>();
  const waiters = perRequest<(() => void) | null>();
  const byGroup = new Map<GroupHeader, number>();
  let busy = 0;
  let waiting = 0;
  const enter = (request: FastifyRequest): void => {
    const group = servedBy(request)?.group;
    const add = (count: number) => {
      busy += count;
      if (group?.budget?.inWork !== undefined) byGroup.set(group, (byGroup.get(group) ?? 0) + count);
    };
    add(1);
    leavers.set(request, () => {
      leavers.set(request, null);
      add(-1);
    });
  };
  const leave = (request: FastifyRequest) => leavers.get(request)?.();
  return {
    busy: () => busy,
    count(app) {
      app.addHook('onRequest', (request, reply, done) => {
        const served = servedBy(request);
        if (served?.definition.unlimited) return done();
        const most = served?.group.budget?.inWork;
        if (served && most !== undefined && (byGroup.get(served.group) ?? 0) >= most)
          return done(
            new Problem('overloaded', `${most} requests of this kind are in progress. Retry shortly.`, {
              headers: { 'retry-after': '1' },
            }),
          );
        enter(request);
        reply.raw.on('close', () => {
          gone.set(request, true);
          leave(request);
          waiters.get(request)?.();
        });
        done();
      });
      app.addHook('onSend', (request, _reply, payload, done) => {
        leave(request);
        done(null, payload);
      });
    },
    wait(request, event) {
      // Thrown at once, before a response that is a stream has begun.
      if (waiting >= MOST_WAITING)
        throw new Problem('overloaded', `${MOST_WAITING} requests are waiting. Retry shortly.`, {
          headers: { 'retry-after': '1' },
        });
      if (!leavers.get(request)) return event;
      leave(request);
      waiting += 1;
      const stop = () => {
        if (waiters.get(request)) waiting -= 1;
        waiters.set(request, null);
      };
      waiters.set(request, stop);
      return event.finally(() => {
        stop();
        if (!gone.get(request)) enter(request);
      });
    },
  };
}
