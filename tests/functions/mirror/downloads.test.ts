import { randomBytes } from 'node:crypto';
import { readdirSync, readlinkSync } from 'node:fs';
import { open, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it, vi } from 'vitest';
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
    await mirror.offer('ada/broken', 1, { 'a.bin': CONTENT, 'b.bin': 'the second' });
    await mirror.fetch(['--dataset', 'ada/large', '--dataset', 'ada/broken']);
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

  describe('of files that change', () => {
    const folder = join(mirror.volume, 'datasets/ada/broken/versions/1');
    const first = join(folder, 'a.bin');
    const second = join(folder, 'b.bin');

    /** What arrives, when something happens after the first bytes. */
    async function interrupted(what: string, happens: () => Promise<unknown>) {
      const response = await begin(`${origin}/datasets/2/versions/1/${what}`);
      const declared = Number(response.headers['content-length']);
      expect(declared).toBeGreaterThanOrEqual(CONTENT.length);
      const end = new Promise((resolve) => {
        response.on('error', resolve).on('end', () => resolve('whole'));
      });
      await happens();
      let received = 0;
      response.on('data', (chunk: Buffer) => {
        received += chunk.length;
      });
      const ended = await Promise.race([end, sleep(10_000, 'hangs')]);
      return { ended, whole: received === declared };
    }
    const brokenOff = { ended: { code: 'ECONNRESET' }, whole: false };

    it.each<[string, string, () => Promise<unknown>, () => Promise<unknown>]>([
      ['a file', 'files/a.bin', () => truncate(first, 9_000_000), () => writeFile(first, CONTENT)],
      ['a file of an archive', 'archive', () => truncate(first, 0), () => writeFile(first, CONTENT)],
      ['the bytes of a file', 'files/a.bin', () => touch(first), () => writeFile(first, CONTENT)],
      ['the next file of an archive', 'archive', () => rm(second), () => writeFile(second, 'the second')],
      [
        'the folder of an archive',
        'archive',
        () => rename(folder, `${folder}.away`),
        () => rename(`${folder}.away`, folder),
      ],
    ])('break off without %s', { timeout: 20_000 }, async (_what, path, happens, heal) => {
      expect(await interrupted(path, happens)).toMatchObject(brokenOff);
      await heal();
      expect(await interrupted(path, async () => {})).toEqual({ ended: 'whole', whole: true });
      await vi.waitFor(() => expect(openFiles()).toBe(0), { timeout: 5_000 });
    });

    it('end whole when the file is replaced by its repaired copy', async () => {
      const replaced = interrupted('files/a.bin', async () => {
        await writeFile(`${first}.new`, CONTENT);
        await rename(`${first}.new`, first);
      });
      expect(await replaced).toEqual({ ended: 'whole', whole: true });
    });

    it('are 503 when nothing of them can be read', async () => {
      const file = await open(second);
      const read = vi.spyOn(Object.getPrototypeOf(file), 'read');
      read.mockRejectedValue(Object.assign(new Error('EIO: i/o error'), { code: 'EIO' }));
      try {
        const { status, headers, json } = await api.get('/datasets/2/versions/1/files/b.bin');
        expect([status, json().type]).toEqual([503, '/problems/volume-unavailable']);
        for (const name of ['content-disposition', 'etag', 'last-modified', 'accept-ranges', 'repr-digest'])
          expect(headers[name], name).toBeUndefined();
        expect(Number(headers['content-length'])).toBeLessThan(1_000);
      } finally {
        read.mockRestore();
        await file.close();
      }
    });
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

function begin(url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, (response) => {
      response.once('readable', () => resolve(response));
    }).on('error', reject);
  });
}

/** Another byte in the middle, at another time. */
async function touch(path: string): Promise<void> {
  const file = await open(path, 'r+');
  await file.write('x', CONTENT.length - 9);
  await file.close();
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
