import { connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll } from 'vitest';
import type { TestDatabase } from './api.ts';

/** Stands between the API and PostgreSQL, and fails as networks do. */
export function useProxy(database: TestDatabase) {
  const target = new URL(database.url);
  const pairs = new Set<Socket>();
  let mode: 'open' | 'silent' | 'refusing' = 'open';
  const server = createServer((near) => {
    if (mode === 'refusing') return near.destroy();
    const far = connect(Number(target.port), target.hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      pairs.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        pairs.delete(from);
        to.destroy();
      });
      from.on('data', (chunk) => {
        if (mode === 'open') to.write(chunk);
      });
    }
  });
  const proxy = {
    url: database.url,
    name: database.name,
    /** `silent` swallows what is sent; `refusing` breaks every connection, old or new. */
    set(next: typeof mode) {
      mode = next;
      if (mode === 'refusing') for (const socket of pairs) socket.destroy();
    },
  };
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const url = new URL(database.url);
    url.host = `127.0.0.1:${address.port}`;
    proxy.url = url.href;
  });
  afterAll(() => {
    for (const socket of pairs) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return proxy;
}
