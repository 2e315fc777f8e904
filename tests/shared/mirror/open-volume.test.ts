import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { volumeOf } from '#shared/mirror/open-volume.ts';

const SIZE = 2_000_000;
const file = { path: 'a.bin', size: SIZE };

describe('volumeOf', async () => {
  const dataRoot = await mkdtemp(join(tmpdir(), 'volume-'));
  const path = join(dataRoot, 'datasets/ada/set/versions/1/a.bin');
  beforeEach(async () => {
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, Buffer.alloc(SIZE));
  });
  afterAll(() => rm(dataRoot, { recursive: true }));

  const log = () => ({ error: vi.fn() });
  const place = { ref: 'ada/set', version: 1, dataRoot };
  const problem = { name: 'Problem', slug: 'volume-unavailable' };
  const entry = { alert: true, ref: 'ada/set', version: 1, path: 'a.bin', err: { name: 'VolumeError' } };

  it('logs a file that the volume lacks', async () => {
    const logger = log();
    await rm(path);
    await expect(volumeOf({ ...place, log: logger }).open(file)).rejects.toMatchObject(problem);
    expect(logger.error.mock.calls).toMatchObject([[entry, expect.stringMatching(/missing or different/)]]);
  });

  it('logs a file that ends while it is read, once', async () => {
    const logger = log();
    const stream = await volumeOf({ ...place, log: logger }).read(file, { start: 0, end: SIZE });
    const reading = (async () => {
      for await (const _ of stream) await truncate(path, 10);
    })();
    await expect(reading).rejects.toMatchObject(problem);
    expect(logger.error.mock.calls).toMatchObject([[entry, expect.stringMatching(/broke off/)]]);
  });

  it('logs nothing when the client has left, or has all', async () => {
    const logger = log();
    const volume = volumeOf({ ...place, log: logger });
    for await (const _ of await volume.read(file, { start: 0, end: SIZE })) break;
    for await (const _ of await volume.read(file, { start: 0, end: SIZE }));
    expect(logger.error).not.toHaveBeenCalled();
  });
});
