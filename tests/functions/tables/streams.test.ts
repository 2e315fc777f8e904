import { readdirSync, readFileSync } from 'node:fs';
import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasDatabase, useDatabase } from '#tests/setup/api.ts';
import { useMirror } from '#tests/setup/mirror.ts';
import { type ApiProcess, startApi } from '#tests/setup/processes.ts';

const ROWS = 300_000;
const BASE = '/datasets/1/versions/1/tables/large';

// Its processes give way to all others.
describe.skipIf(!hasDatabase || process.platform !== 'linux')(
  'a process of the API that has tables',
  { timeout: 240_000 },
  () => {
    const database = useDatabase();
    const mirror = useMirror(database);
    let api: ApiProcess;

    beforeAll(async () => {
      const text = 'some words to make it long '.repeat(3);
      const lines = Array.from({ length: ROWS }, (_, i) => `${i},${text}${i}`);
      await mirror.offer('ada/large', 1, { 'large.csv': `id,text\n${lines.join('\n')}\n` });
      const run = await mirror.fetch(['--dataset', 'ada/large']);
      expect(run.status, run.stderr).toBe(0);
      api = await startApi('server', {
        DATABASE_URL: database.url,
        KAGGLE_DATA_ROOT: mirror.volume,
        AUTH: 'off',
        RATE_LIMIT: 'off',
      });
    }, 180_000);
    afterAll(async () => {
      api.child.kill('SIGKILL');
      await api.exited;
    });

    it('loads the engine when rows are asked for, not before', async () => {
      const loaded = () => readFileSync(`/proc/${api.child.pid}/maps`, 'utf8').includes('libduckdb');
      for (const path of ['', '/statistics'])
        expect((await fetch(`${api.address}${BASE}${path}`)).status).toBe(200);
      expect(loaded()).toBe(false);
      expect((await fetch(`${api.address}${BASE}/rows`)).status).toBe(200);
      expect(loaded()).toBe(true);
    });

    it.for(['csv', 'ndjson', 'arrow', 'parquet'])(
      'ends the engine of a stream of %s when its client has left',
      async (format) => {
        await new Promise<void>((resolve, reject) => {
          const request = get(`${api.address}${BASE}/rows?format=${format}&sort=-id`, (response) => {
            response.once('data', () => {
              const running = children().length;
              request.destroy();
              // The few bytes of Parquet may be on their way already.
              if (running === 1 || format === 'parquet') resolve();
              else reject(new Error(`${running} engines`));
            });
            response.on('error', () => {});
          }).on('error', reject);
        });
        for (const end = performance.now() + 5_000; children().length > 0; await sleep(20))
          expect(performance.now(), 'the engine goes on').toBeLessThan(end);
      },
    );

    it('breaks a stream off when its engine is killed, and serves the next', async () => {
      const response = await fetch(`${api.address}${BASE}/rows?format=csv`);
      const reader = (response.body as ReadableStream<Uint8Array>).getReader();
      await reader.read();
      for (const pid of children()) process.kill(pid, 'SIGKILL');
      const readAll = async () => {
        for (;;) if ((await reader.read()).done) return;
      };
      await expect(readAll()).rejects.toThrow();
      const whole = await (await fetch(`${api.address}${BASE}/rows?format=csv`)).text();
      expect(whole.split('\n')).toHaveLength(ROWS + 2);
    });

    it('gives the whole of it however slowly it is read', async () => {
      const response = await fetch(`${api.address}${BASE}/rows?format=ndjson&limit=100000`);
      let bytes = 0;
      let pauses = 20;
      for await (const chunk of response.body ?? []) {
        bytes += chunk.length;
        if (pauses-- > 0) await sleep(20);
      }
      expect(bytes).toBeGreaterThan(8_000_000);
    });

    it('refuses a third stream at once, and takes one when another has ended', async () => {
      const left = new AbortController();
      const url = `${api.address}${BASE}/rows?format=ndjson`;
      const slow = Array.from({ length: 2 }, () => fetch(url, { signal: left.signal }));
      for (const { status } of await Promise.all(slow)) expect(status).toBe(200);
      const refused = await fetch(url);
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
      expect((await fetch(`${api.address}${BASE}/rows`)).status).toBe(200);
      left.abort();
      for (const end = performance.now() + 5_000; ; await sleep(20)) {
        const next = await fetch(`${url}&limit=1`);
        await next.body?.cancel();
        if (next.status === 200) break;
        expect(performance.now(), 'no place is given back').toBeLessThan(end);
      }
    });

    /** Processes that the API has started. */
    function children(): number[] {
      return readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name))
        .map(Number)
        .filter((pid) => {
          try {
            const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
            const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
            return Number(parent) === api.child.pid && state !== 'Z';
          } catch {
            return false;
          }
        });
    }
  },
);
