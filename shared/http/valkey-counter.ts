import type { Logger } from '#shared/telemetry/logger.ts';
import { type Count, countInMemory, WINDOW } from './rate-limit.ts';

const PATIENCE = 200;

/**
 * Counts in Valkey or Redis, for all instances together. The client is loaded at the first request, which does
 * not wait for it: until the first connection is made or refused, counting goes on in memory.
 */
export function countInValkey(
  url: string,
  log: Pick<Logger, 'warn'>,
): { count: Count; close(): Promise<void> } {
  const meanwhile = countInMemory();
  let connecting: ReturnType<typeof connect> | undefined;
  let client: Awaited<typeof connecting>;
  return {
    async count(key, window) {
      connecting ??= connect(url, log).then((made) => {
        client = made;
        return made;
      });
      if (client === undefined) return meanwhile(key, window);
      const name = `kaggle-data-api:rate:${window}:${key}`;
      try {
        const replies = await client
          .multi()
          .incr(name)
          .expire(name, WINDOW + 5)
          .exec();
        const count = replies?.[0]?.[1];
        return typeof count === 'number' ? count : null;
      } catch {
        return null;
      }
    },
    async close() {
      (await connecting)?.disconnect();
    },
  };
}

async function connect(url: string, log: Pick<Logger, 'warn'>) {
  // Bundled, a CommonJS module has nothing but its default.
  const { Redis } = (await import('ioredis')).default;
  const client = new Redis(url, {
    commandTimeout: PATIENCE,
    connectTimeout: 2_000,
    // A request never waits for a connection that is not there.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => Math.min(attempt * 200, 5_000),
  });
  let told = false;
  client.on('error', (err) => {
    if (!told) log.warn({ err }, 'Valkey is unreachable, requests are not counted');
    told = true;
  });
  client.on('ready', () => {
    told = false;
  });
  await new Promise<void>((settled) => {
    client.once('ready', settled);
    client.once('close', settled);
  });
  return client;
}
