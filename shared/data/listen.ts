import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

export interface Listener {
  /** Resolves at the next notification, after `ms` at the latest; and at once when it begins to listen. */
  next(ms: number, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** Listens on a channel; without a connection it is just a clock, and connects again at the next wait. */
export function createListener(connectionString: string, channel: string): Listener {
  let client: pg.Client | null = null;
  let missed = false;
  let wake = () => {
    missed = true;
  };
  const connect = async () => {
    const fresh = new pg.Client({ connectionString, connectionTimeoutMillis: 2_000, keepAlive: true });
    fresh.on('error', () => {});
    fresh.on('end', () => {
      if (client === fresh) client = null;
    });
    fresh.on('notification', () => wake());
    await fresh.connect();
    await fresh.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
    client = fresh;
  };
  return {
    async next(ms, signal) {
      // What came before it listened, nobody can know.
      if (client === null)
        missed ||= await connect().then(
          () => true,
          () => false,
        );
      if (missed || signal.aborted) {
        missed = false;
        return;
      }
      const idle = wake;
      const notified = new AbortController();
      wake = () => notified.abort();
      await sleep(ms, undefined, { signal: AbortSignal.any([signal, notified.signal]) }).catch(() => {});
      wake = idle;
    },
    async close() {
      await client?.end().catch(() => {});
    },
  };
}

/** Notified of nothing: for where no connection may stay open. */
export function createClock(): Listener {
  return { next: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => {}), close: async () => {} };
}
