import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readZip, type ZipFiles, zipLength } from '#shared/storage/archive/store-zip.ts';

const CONTENT = { 'a.txt': 'first', 'd\\b.txt': 'second', 'd/C.txt': 'third', 'd/c.txt': '' };

describe('readZip', () => {
  const files = Object.entries(CONTENT).map(([path, content]) => ({
    path,
    size: content.length,
    crc32: crc32(content),
  }));
  const read = async ({ path }: { path: string }, { start, end }: { start: number; end: number }) =>
    Readable.from([Buffer.from(CONTENT[path as keyof typeof CONTENT]).subarray(start, end)]);

  it('gives each part of the same bytes', async () => {
    const length = await zipLength(() => files);
    const whole = await buffer(readZip(() => files, { start: 0, end: length }, read));
    expect(whole.length).toBe(length);
    for (let at = 0; at < length; at += 7) {
      const part = await buffer(readZip(() => files, { start: at, end: Math.min(at + 7, length) }, read));
      expect(part.equals(whole.subarray(at, at + 7))).toBe(true);
    }
  });

  it.each([
    ['all', []],
    ['some', files.slice(1)],
  ])(
    'ends with an error when %s of its files have left the catalogue since it began',
    async (_what, left) => {
      const length = await zipLength(() => files);
      let passes = 0;
      const leaving: ZipFiles = () => (passes++ === 0 ? files : left);
      const archive = buffer(readZip(leaving, { start: 0, end: length }, read));
      await expect(archive).rejects.toMatchObject({ name: 'VolumeError', kind: 'unusable' });
    },
  );

  it('ends with an error when a file does', async () => {
    const failing = async () =>
      new Readable({
        read() {
          this.destroy(new Error('EIO'));
        },
      });
    const length = await zipLength(() => files);
    const archive = buffer(readZip(() => files, { start: 0, end: length }, failing));
    await expect(archive).rejects.toThrow('EIO');
  });
});
