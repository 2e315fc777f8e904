import { hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readZip, zipLength } from '#shared/storage/archive/store-zip.ts';
import { sumArchive } from '#shared/storage/archive/sum-archive.ts';
import type { SummedFile } from '#shared/storage/archive/sum-zip.ts';

const { signal } = new AbortController();
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sums-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** So many files, of which the first is of `size` bytes and others are empty or small. */
async function someFiles(name: string, count: number, size: number) {
  const place = join(folder, name);
  await mkdir(join(place, 'é'), { recursive: true });
  const files: SummedFile[] = [];
  for (let index = 0; index < count; index += 1) {
    const content = Buffer.alloc(index === 0 ? size : (index % 7) * 100, `${index},`);
    const path = `é/${String(index).padStart(4, '0')}.csv`;
    await writeFile(join(place, path), content);
    files.push({
      path,
      size: content.length,
      crc32: crc32(content),
      md5: hash('md5', content, 'base64'),
    });
  }
  const length = await zipLength(() => files);
  const zip = readZip(
    () => files,
    { start: 0, end: length },
    async ({ path }, range) =>
      createReadStream(join(place, path), { start: range.start, end: range.end - 1 }),
  );
  return { place, files, archive: hash('md5', await buffer(zip), 'base64') };
}

describe('sumArchive', () => {
  it.each([
    ['few files', 5, 1_000],
    ['no file', 0, 0],
    ['many files', 300, 1_000],
    ['a large file', 2, 9 << 20],
  ])('sums up %s, and the archive that is sent of them', async (name, count, size) => {
    const { place, files, archive } = await someFiles(name, count, size);
    const md5 = files.map((file) => file.md5);
    expect(await sumArchive(place, files, signal)).toEqual({ archive, files: md5 });
    const unknown = files.map((file) => ({ ...file, md5: null }));
    expect(await sumArchive(place, unknown, signal)).toEqual({ archive, files: md5 });
  });

  it.each([
    ['few files', 5],
    ['many files', 300],
  ])('ends with an error when one of %s is shorter than recorded, or gone', async (name, count) => {
    const { place, files } = await someFiles(`short, ${name}`, count, 1_000);
    await truncate(join(place, files[0]?.path ?? ''), 999);
    const unusable = { name: 'VolumeError', kind: 'unusable' };
    await expect(sumArchive(place, files, signal)).rejects.toMatchObject(unusable);
    await rm(join(place, files[0]?.path ?? ''));
    await expect(sumArchive(place, files, signal)).rejects.toMatchObject(unusable);
  });

  it.each([
    ['few files', 5],
    ['many files', 300],
  ])('of %s breaks off when it is to stop, with the reason', async (name, count) => {
    const { place, files } = await someFiles(`stopped, ${name}`, count, 1_000);
    const stopped = new AbortController();
    const summing = sumArchive(place, files, stopped.signal);
    stopped.abort(new Error('the lease is lost'));
    await expect(summing).rejects.toThrow('the lease is lost');
  });
});
