import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { hasDatabase, useDatabase } from '#tests/setup/api.ts';
import { type ApiProcess, startApi } from '#tests/setup/processes.ts';
import { isSlow } from '#tests/setup/sample.ts';
import { useSql } from '#tests/setup/sql.ts';

const MiB = 1024 * 1024;
const READERS = 100;

describe.skipIf(!hasDatabase || process.platform !== 'linux')('clients of large pages', () => {
  const database = useDatabase();
  const sql = useSql(database);
  const sockets: Socket[] = [];
  let api: ApiProcess;
  beforeAll(async () => {
    // Pages of 4 MiB, and not much more to read for each.
    await sql(`INSERT INTO datasets (name, description)
      SELECT 'set ' || n, repeat('€', 65536) FROM generate_series(1, 24) n`);
    api = await startApi('functions/host/server.ts', {
      DATABASE_URL: database.url,
      AUTH: 'off',
      RATE_LIMIT: 'off',
    });
  });
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
  });
  afterAll(async () => {
    api.child.kill('SIGKILL');
    await api.exited;
  });

  /** The status of a response whose body nobody reads. */
  function begin(): Promise<number> {
    const { hostname, port } = new URL(api.address);
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname, () =>
        // Two: on some machines the kernel takes the first whole, and the server is done with it.
        socket.write('GET /datasets?limit=500 HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(2)),
      );
      socket.on('error', reject);
      socket.once('data', (chunk: Buffer) => {
        socket.pause();
        resolve(Number(String(chunk.subarray(9, 12))));
      });
      sockets.push(socket);
    });
  }
  const memory = (what: 'VmRSS' | 'VmHWM' = 'VmRSS') => {
    const status = readFileSync(`/proc/${api.child.pid}/status`, 'utf8');
    return Number(new RegExp(`^${what}:\\s*(\\d+) kB$`, 'm').exec(status)?.[1]) * 1024;
  };

  it('cost bounded memory when they are many at once', { timeout: 120_000 }, async () => {
    const pages = Array.from({ length: 40 }, () => fetch(`${api.address}/datasets?limit=500`));
    for (const page of await Promise.all(pages)) {
      // On a slow machine some wait too long.
      expect([200, 503]).toContain(page.status);
      await page.arrayBuffer();
    }
    const most = memory('VmHWM');
    process.stdout.write(`40 pages at once: ${Math.round(most / MiB)} MiB\n`);
    expect(most / MiB).toBeLessThan(450);
  });

  it('cost bounded memory when they take nothing; others are told 503 with Retry-After and served again once they are gone', {
    timeout: 120_000,
  }, async () => {
    let most = 0;
    const statuses: number[] = [];
    // A few at a time: what is read for one page is bounded elsewhere.
    for (let begun = 0; begun < READERS; begun += 4) {
      statuses.push(...(await Promise.all(Array.from({ length: 4 }, begin))));
      most = Math.max(most, memory());
    }
    process.stdout.write(`${READERS} readers: ${Math.round(most / MiB)} MiB\n`);
    expect(new Set(statuses)).toEqual(new Set([200, 503]));
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(15);
    expect(most / MiB).toBeLessThan(650);
    const refused = await fetch(`${api.address}/datasets?limit=500`);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await refused.json()).toMatchObject({ type: '/problems/overloaded' });
    expect(refused.headers.get('etag')).toBeNull();
    expect((await fetch(`${api.address}/datasets/4000`)).status, 'a small one').toBe(404);
    const written = await fetch(`${api.address}/datasets`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'x', description: 'x'.repeat(65_536) }),
    });
    expect(written.status, 'a write, however large').toBe(201);
    for (const socket of sockets.splice(0)) socket.destroy();
    await vi.waitFor(
      async () => expect((await fetch(`${api.address}/datasets?limit=500`)).status).toBe(200),
      {
        timeout: 10_000,
      },
    );
  });

  it.runIf(isSlow)(
    'lose their place when they take nothing for half a minute',
    { timeout: 120_000 },
    async () => {
      while ((await begin()) === 200) await sleep(0);
      await vi.waitFor(async () => expect(await begin()).toBe(200), { timeout: 60_000, interval: 1_000 });
    },
  );
});
