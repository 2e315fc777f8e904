import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasDatabase } from '#tests/setup/api.ts';
import { type ApiProcess, startApi } from '#tests/setup/processes.ts';
import { useShop } from './shop.ts';

const PATIENCE = 30_000;

describe.skipIf(!hasDatabase || process.platform !== 'linux')(
  'the process of a query',
  { timeout: 240_000 },
  () => {
    const shop = useShop('orders.csv');
    let api: ApiProcess;
    beforeAll(async () => {
      api = await startApi('server', {
        DATABASE_URL: shop.database.url,
        KAGGLE_DATA_ROOT: shop.mirror.volume,
        AUTH: 'off',
        RATE_LIMIT: 'off',
      });
    });
    afterAll(async () => {
      api.child.kill('SIGKILL');
      await api.exited;
    });

    const address = (query: string, more = '') =>
      `${api.address}/datasets/1/versions/1/sql?query=${encodeURIComponent(query)}${more}`;
    const right = async () => {
      const response = await fetch(address('SELECT count(*) FROM orders'));
      expect(await response.json()).toMatchObject({ rows: [[25_000]] });
    };
    const until = async (what: string, holds: () => boolean) => {
      for (const end = performance.now() + PATIENCE; !holds(); await sleep(20))
        expect(performance.now(), what).toBeLessThan(end);
    };

    it('is one, gives way to all others, and is gone when nobody queries any more', async () => {
      const endless = fetch(address('SELECT count(*) FROM range(1000000000000)', '&timeout_ms=3000'));
      await until('the engine runs', () => children().length === 1);
      const [pid] = children();
      await until('all its threads give way', () =>
        readdirSync(`/proc/${pid}/task`).every((thread) => fieldsOf(`${pid}/task/${thread}`)[16] === '19'),
      );
      expect((await endless).status).toBe(422);
      await until('it is gone', () => !children().includes(pid ?? 0));
      await right();
      await until('none is left', () => children().length === 0);
    });

    it.for(['json', 'csv'])('ends when its client has left, for %s', async (format) => {
      const left = new AbortController();
      const query = 'SELECT i, count(*) OVER () FROM range(1000000000000) t(i)';
      const response = fetch(address(query, `&format=${format}&timeout_ms=60000`), { signal: left.signal });
      response.catch(() => {});
      await until('the engine runs', () => children().length === 1);
      left.abort();
      await until('it is gone', () => children().length === 0);
      await right();
    });

    it('leaves the queue when its client has left', async () => {
      const left = new AbortController();
      const slow = fetch(address('SELECT count(*) FROM range(1000000000000)', '&timeout_ms=60000'), {
        signal: left.signal,
      });
      const waiting = Array.from({ length: 16 }, () => fetch(address('SELECT 1'), { signal: left.signal }));
      for (const one of [slow, ...waiting]) one.catch(() => {});
      await until('the queue is full', () => children().length === 1);
      left.abort();
      await right();
    });

    it('breaks a result off when it is killed, and serves the next', async () => {
      const response = await fetch(
        address('SELECT i FROM range(100000000) t(i)', '&format=csv&timeout_ms=60000'),
      );
      const reader = (response.body as ReadableStream<Uint8Array>).getReader();
      await reader.read();
      for (const pid of children()) process.kill(pid, 'SIGKILL');
      const readAll = async () => {
        for (;;) if ((await reader.read()).done) return;
      };
      await expect(readAll()).rejects.toThrow();
      await right();
    });

    it('breaks a result off at the time limit', async () => {
      const response = await fetch(
        address('SELECT i FROM range(1000000000000) t(i)', '&format=csv&timeout_ms=2000'),
      );
      await expect(response.text()).rejects.toThrow();
      await right();
    });

    it('gives a large result whole, however slowly it is read', async () => {
      const response = await fetch(
        address("SELECT repeat('x', 500) AS x FROM range(20000)", '&max_rows=20000'),
      );
      let bytes = '';
      let pauses = 20;
      for await (const chunk of response.body ?? []) {
        bytes += Buffer.from(chunk).toString('latin1');
        if (pauses-- > 0) await sleep(20);
      }
      expect(JSON.parse(bytes)).toMatchObject({ row_count: 20_000, truncated: false });
    });

    it('is one for all that a comparison of rows reads', async () => {
      await until('none is left', () => children().length === 0);
      const seen = new Set<number>();
      let done = false;
      const watched = (async () => {
        for (; !done; await sleep(10)) for (const pid of children()) seen.add(pid);
      })();
      const response = await fetch(`${api.address}/datasets/1/diff/tables/orders?from=1&to=1&key=id`);
      done = true;
      await watched;
      expect(await response.json()).toMatchObject({ rows: { unchanged: 25_000 }, changed: [] });
      // When it has ended, another one is started for the next query.
      expect(seen.size).toBeLessThanOrEqual(2);
    });

    it('has no settings and secrets of the API in its environment', async () => {
      const slow = fetch(address('SELECT count(*) FROM range(1000000000000)', '&timeout_ms=5000'));
      await until('the engine runs', () => children().length === 1);
      const [pid] = children();
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
      expect(environment).not.toMatch(/DATABASE_URL|KAGGLE|AUTH/);
      await slow;
    });

    /** Processes of the engine that the API has started. */
    function children(): number[] {
      return readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name))
        .map(Number)
        .filter((pid) => {
          const [state, parent] = fieldsOf(pid);
          return Number(parent) === api.child.pid && state !== 'Z' && isEngine(pid);
        });
    }

    function isEngine(pid: number): boolean {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('query-engine');
      } catch {
        return false;
      }
    }

    /** Of /proc/…/stat, from the state on. */
    function fieldsOf(pid: number | string | undefined): string[] {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      } catch {
        return [];
      }
    }
  },
);
