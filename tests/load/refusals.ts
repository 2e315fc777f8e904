import type { Answer } from './arrivals.ts';
import { decimal } from './report.ts';
import type { Moment } from './watch.ts';

/** Milliseconds: refusals that lie closer together have one cause. */
const GAP = 1_000;

interface Burst {
  first: number;
  last: number;
  codes: Map<string, number>;
}

interface Second {
  /** Milliseconds, of all requests that were due in it. */
  latest: number;
  slowest: number;
}

/**
 * Which requests were refused and what else happened then, one line for a burst. A generator that stood still sends what
 * was due meanwhile at once: its lateness tells that from a server or a database that stood still.
 */
export function createRefusals() {
  const bursts: Burst[] = [];
  const seconds = new Map<number, Second>();
  return {
    record({ status, code, due, sent, ended }: Answer): void {
      const second = Math.floor(due / 1_000);
      const { latest, slowest } = seconds.get(second) ?? { latest: 0, slowest: 0 };
      seconds.set(second, { latest: Math.max(latest, sent - due), slowest: Math.max(slowest, ended - sent) });
      if (status !== 429 && status !== 503) return;
      const key = code ?? `status ${status}`;
      const burst = bursts.find(({ first, last }) => due > first - GAP && due < last + GAP);
      if (burst) {
        burst.first = Math.min(burst.first, due);
        burst.last = Math.max(burst.last, due);
        burst.codes.set(key, (burst.codes.get(key) ?? 0) + 1);
      } else bursts.push({ first: due, last: due, codes: new Map([[key, 1]]) });
    },
    lines(moments: readonly Pick<Moment, 'at' | 'loopDelay'>[]): string[] {
      return bursts.map(({ first, last, codes }) => {
        const counts = [...codes].map(([code, count]) => `${count} ${code}`).join(', ');
        const near = [...seconds].filter(([at]) => at >= first / 1_000 - 2 && at <= last / 1_000 + 1);
        const most = (value: (second: Second) => number) =>
          Math.max(...near.map(([, second]) => value(second)));
        const loop = moments.find(({ at }) => at >= last / 1_000)?.loopDelay ?? null;
        return `Refused ${decimal(first / 1_000)} s to ${decimal(last / 1_000)} s: ${counts}. Requests were sent up to ${decimal(most(({ latest }) => latest))} ms late, and took up to ${decimal(most(({ slowest }) => slowest))} ms; event loop p99 ${decimal(loop)} ms.`;
      });
    },
  };
}
