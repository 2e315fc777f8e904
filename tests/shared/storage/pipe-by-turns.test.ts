import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type FileHandle, mkdtemp, open, rm, truncate, writeFile } from 'node:fs/promises';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readSlice } from '#shared/storage/handle-streams.ts';

// More than a connection takes at once, so that a reader can stop in the middle.
const SIZE = 40_000_000;

describe('a part of a file that is piped to a socket', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'turns-'));
  const path = join(folder, 'file');
  const content = randomBytes(SIZE);
  const opened: FileHandle[] = [];
  const failed = vi.fn();
  const server = createServer(async (request, response) => {
    const [start = 0, end = 0] = String(request.url).slice(1).split('-').map(Number);
    response.setHeader('content-length', end - start);
    const file = await open(path, 'r');
    opened.push(file);
    const slice = readSlice(file, { start, end, autoClose: true });
    slice.on('error', (error) => {
      failed(error);
      response.destroy();
    });
    response.on('close', () => slice.destroy());
    slice.pipe(response);
  });
  beforeAll(async () => {
    await writeFile(path, content);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  });

  async function request(start: number, end: number): Promise<IncomingMessage> {
    const { port } = server.address() as AddressInfo;
    const [response] = await once(get({ port, path: `/${start}-${end}`, agent: false }), 'response');
    return response;
  }
  const sum = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

  it.each([
    ['all of it', 0, SIZE],
    ['a part', 5, 1_500_005],
    ['a byte', SIZE - 1, SIZE],
    ['nothing', 7, 7],
  ])('arrives as it is: %s', async (_what, start, end) => {
    const chunks = await (await request(start, end)).toArray();
    expect(sum(Buffer.concat(chunks))).toBe(sum(content.subarray(start, end)));
  });

  it('arrives as it is at readers that stop again and again, several at once', async () => {
    const slowly = async (pause: number) => {
      const hash = createHash('sha256');
      let chunks = 0;
      for await (const chunk of await request(0, SIZE)) {
        hash.update(chunk);
        chunks += 1;
        if (chunks % 50 === 0) await sleep(pause);
      }
      return hash.digest('hex');
    };
    const wanted = sum(content);
    expect(await Promise.all([slowly(1), slowly(5), slowly(10)])).toEqual([wanted, wanted, wanted]);
  });

  it('closes its file when it has been read, and when its reader leaves', async () => {
    opened.length = 0;
    await (await request(0, SIZE)).toArray();
    const left = await request(0, SIZE);
    left.destroy();
    await vi.waitFor(async () => {
      expect(opened).toHaveLength(2);
      for (const file of opened) await expect(file.stat()).rejects.toThrow();
    });
  });

  it('breaks off when the file is changed meanwhile', async () => {
    failed.mockClear();
    const response = await request(0, SIZE);
    await once(response, 'readable');
    await truncate(path, 30_000_000);
    await expect(response.toArray()).rejects.toThrow('aborted');
    expect(failed).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ name: 'VolumeError' }));
  });
});
