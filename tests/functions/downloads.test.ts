import { randomBytes } from 'node:crypto';
import { readdirSync, readlinkSync } from 'node:fs';
import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { useMirror } from '#tests/setup/mirror.ts';

const CONTENT = randomBytes(24_000_000);

describe.skipIf(!hasDatabase || process.platform !== 'linux')('a download over a socket', () => {
  const database = useDatabase();
  const mirror = useMirror(database);
  const api = useApi(database, { KAGGLE_DATA_ROOT: mirror.volume });
  let origin = '';

  beforeAll(async () => {
    await mirror.offer('ada/large', 1, { 'large.bin': CONTENT });
    await mirror.fetch(['--dataset', 'ada/large']);
    origin = await api.app.listen({ host: '127.0.0.1', port: 0 });
  });

  it('gives many clients the same bytes at once', async () => {
    const bodies = await Promise.all(
      Array.from({ length: 8 }, async () =>
        Buffer.from(await (await fetch(`${origin}/datasets/1/versions/1/files/large.bin`)).arrayBuffer()),
      ),
    );
    for (const body of bodies) expect(body.equals(CONTENT)).toBe(true);
    expect(openFiles()).toBe(0);
  });

  it.each(['files/large.bin', 'archive'])(
    'of %s lets go of the file when its client goes away',
    async (what) => {
      const aborted = Array.from({ length: 12 }, () =>
        firstBytes(`${origin}/datasets/1/versions/latest/${what}`),
      );
      await Promise.all(aborted);
      for (const end = performance.now() + 5_000; openFiles() > 0; await sleep(20))
        expect(performance.now(), `${openFiles()} files stay open`).toBeLessThan(end);
    },
  );

  it('waits for a slow client instead of reading the file into memory', async () => {
    const before = process.memoryUsage().rss;
    const slow = await Promise.all(
      Array.from({ length: 10 }, () => paused(`${origin}/datasets/1/versions/1/files/large.bin`)),
    );
    await sleep(1_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(120_000_000);
    for (const request of slow) request.destroy();
  });

  /** Descriptors of this process on the volume. */
  function openFiles(): number {
    return readdirSync('/proc/self/fd').filter((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`).startsWith(mirror.volume);
      } catch {
        return false;
      }
    }).length;
  }
});

function firstBytes(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = get(url, (response) => {
      response.once('data', () => {
        request.destroy();
        resolve();
      });
      response.on('error', () => {});
    }).on('error', reject);
  });
}

function paused(url: string): Promise<ReturnType<typeof get>> {
  return new Promise((resolve, reject) => {
    const request = get(url, (response) => {
      response.on('error', () => {});
      response.pause();
      resolve(request);
    }).on('error', reject);
  });
}
