import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import {
  appendFile,
  type FileHandle,
  mkdtemp,
  open,
  rename,
  rm,
  truncate,
  unlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { readSlice } from '#shared/storage/handle-streams.ts';

const SIZE = 3_000_000;

describe('readSlice', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'slices-'));
  const path = join(folder, 'file');
  const content = randomBytes(SIZE);
  beforeEach(() => writeFile(path, content));
  afterAll(() => rm(folder, { recursive: true }));

  /** The first bytes are read, then something happens to the file. */
  async function interrupted(happens: () => Promise<unknown>, slice = { start: 0, end: SIZE }) {
    const stream = readSlice(await open(path, 'r'), { ...slice, autoClose: true });
    const parts: Buffer[] = [];
    try {
      for await (const chunk of stream) {
        // A clock of milliseconds has to see that the file is another.
        if (parts.length === 0) await sleep(20).then(happens);
        parts.push(chunk);
      }
      return Buffer.concat(parts);
    } catch (error) {
      return error;
    }
  }
  const broken = {
    name: 'VolumeError',
    kind: 'unusable',
    message: expect.stringMatching(/while it was read/),
  };

  it('reads a part of a file, and closes it', async () => {
    const file = await open(path, 'r');
    const found = await buffer(readSlice(file, { start: 5, end: 2_000_005, autoClose: true }));
    expect(found.equals(content.subarray(5, 2_000_005))).toBe(true);
    await expect(file.stat()).rejects.toThrow();
  });

  it.each<[string, () => Promise<unknown>]>([
    ['cut off', () => truncate(path, 1_000_000)],
    ['emptied', () => truncate(path, 0)],
    ['written over, at the same size', () => writeFile(path, Buffer.alloc(SIZE))],
    [
      'written over in its last byte',
      async () => {
        const file = await open(path, 'r+');
        await file.write('x', SIZE - 1);
        await file.close();
      },
    ],
    ['continued', () => appendFile(path, 'x')],
    ['given another time', () => utimes(path, 1, 1)],
  ])('ends with an error at once when the file is %s', async (_what, happens) => {
    for (const end of [SIZE, 1_500_000]) {
      const found = await interrupted(happens, { start: 0, end });
      expect(Buffer.isBuffer(found) ? 'the whole' : found).toMatchObject(broken);
      await writeFile(path, content);
    }
  });

  it.each<[string, () => Promise<unknown>]>([
    ['deleted', () => unlink(path)],
    ['moved', () => rename(path, join(folder, 'moved'))],
    [
      'replaced',
      async () => {
        await writeFile(join(folder, 'new'), Buffer.alloc(SIZE));
        await rename(join(folder, 'new'), path);
      },
    ],
  ])('reads on what it has opened when the file is %s', async (_what, happens) => {
    const found = await interrupted(happens);
    expect(Buffer.isBuffer(found) && found.equals(content)).toBe(true);
  });

  it('ends with an error before the first byte when the file is shorter than was said', async () => {
    const stream = readSlice(await open(path, 'r'), { start: 0, end: SIZE + 1, autoClose: true });
    const seen = vi.fn();
    stream.on('data', seen);
    expect(await failure(stream)).toMatchObject(broken);
    expect(seen).not.toHaveBeenCalled();
  });

  it.each(['EIO', 'ESTALE', 'ENOTCONN'])('ends with an error when the volume answers %s', async (code) => {
    const file = fake({ read: async () => Promise.reject(Object.assign(new Error(code), { code })) });
    const error = await failure(readSlice(file, { start: 0, end: SIZE, autoClose: true }));
    expect(error).toMatchObject({
      name: 'VolumeError',
      kind: 'unusable',
      message: expect.stringContaining(code),
    });
    expect(file.close).toHaveBeenCalledOnce();
  });

  it('ends with an error when the volume does not answer, though the file cannot be closed', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const never = () => new Promise<never>(() => {});
      const file = fake({ read: never, close: never });
      const failed = failure(readSlice(file, { start: 0, end: SIZE, autoClose: true }));
      await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1), { interval: 1 });
      await vi.advanceTimersByTimeAsync(30_000);
      expect(await failed).toMatchObject({
        name: 'VolumeError',
        message: expect.stringMatching(/does not respond/),
      });
    } finally {
      vi.useRealTimers();
    }
  });

  it('ends with what its owner makes of an error', async () => {
    const explain = vi.fn(() => new Error('ours'));
    const slice = { start: 0, end: SIZE + 1, autoClose: true, explain };
    expect(await failure(readSlice(await open(path, 'r'), slice))).toMatchObject({ message: 'ours' });
    expect(explain).toHaveBeenCalledExactlyOnceWith(expect.objectContaining(broken));
  });

  it('asks no one when it is given up', async () => {
    const explain = vi.fn((error: unknown) => error as Error);
    const stream = readSlice(await open(path, 'r'), { start: 0, end: SIZE, autoClose: true, explain });
    stream.destroy(new Error('the client has left'));
    await failure(stream);
    expect(explain).not.toHaveBeenCalled();
  });

  /** A file of a volume with faults. */
  function fake(calls: { read: () => Promise<never>; close?: () => Promise<void> }) {
    const stat = async () => ({ size: SIZE, mtimeMs: 1 }) as Stats;
    const close = vi.fn(calls.close ?? (async () => {}));
    return { read: calls.read, stat, close } as unknown as FileHandle & { close: typeof close };
  }
});

function failure(stream: Readable): Promise<Error> {
  return new Promise((resolve, reject) => {
    stream.on('error', resolve).on('end', () => reject(new Error('it came to its end')));
    stream.resume();
  });
}
