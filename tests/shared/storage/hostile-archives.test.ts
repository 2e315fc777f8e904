import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { crc32, gzipSync } from 'node:zlib';
import { type Header, pack } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ArchiveError } from '#shared/storage/errors.ts';
import { extractArchive } from '#shared/storage/extract.ts';
import { MAX_RATIO } from '#shared/storage/limits.ts';
import { expectLinear } from '#tests/setup/growth.ts';
import { readTree } from '#tests/setup/mirror.ts';
import { type RawMember, rawZip } from '#tests/setup/raw-zip.ts';

const GIB = 2 ** 30;

describe('extractArchive', () => {
  let folder = '';
  let count = 0;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'extract-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function unpack(content: Buffer, limits: { maxBytes?: number; maxMembers?: number } = {}) {
    const place = join(folder, String(count++));
    await mkdir(place);
    await writeFile(join(place, 'archive'), content);
    const files = extractArchive({
      archive: join(place, 'archive'),
      into: join(place, 'a/b/tree'),
      limits: { maxBytes: GIB, maxMembers: 1_000, maxRatio: MAX_RATIO, ...limits },
      signal: AbortSignal.timeout(20_000),
      onFile() {},
    });
    const result = await files.catch((error: unknown) => error);
    const outside = await readTree(place);
    for (const path of Object.keys(outside)) if (path !== 'archive') expect(path).toMatch(/^a\/b\/tree\//);
    return { result, tree: await readTree(join(place, 'a/b/tree')) };
  }

  const ok: RawMember = { name: 'fine.txt', content: 'fine' };
  const hostile: [what: string, members: RawMember[], why: RegExp][] = [
    ['a way up', [ok, { name: '../evil' }], /leaves its folder/],
    ['a way up in the middle', [ok, { name: 'x/../../../evil' }], /leaves its folder/],
    ['a way up by backslashes', [ok, { name: 'x\\..\\..\\evil' }], /leaves its folder/],
    ['a folder above', [ok, { name: '../evil/' }], /leaves its folder/],
    ['an absolute path', [ok, { name: '/tmp/evil' }], /absolute/],
    ['a drive', [ok, { name: 'C:\\evil' }], /absolute/],
    ['a symbolic link', [ok, { name: 'link', content: '/etc/passwd', mode: 0o120777 }], /link or a device/],
    ['a device', [ok, { name: 'null', mode: 0o020666 }], /link or a device/],
    ['NUL in a name', [ok, { name: 'a\0b' }], /NUL/],
    ['one name twice', [ok, ok], /several members/],
    ['names that differ in case', [ok, { name: 'Fine.TXT' }], /several members/],
    ['names that differ in normalisation', [{ name: 'é' }, { name: 'e\u0301' }], /several members/],
    ['a file that is a folder', [{ name: 'a' }, { name: 'a/b' }], /several members/],
    ['a folder that is a file', [{ name: 'a/b' }, { name: 'a' }], /several members/],
    ['an empty segment', [{ name: 'a//b' }], /no plain path/],
    ['a name of 300 bytes', [{ name: 'x'.repeat(300) }], /too long/],
    ['an encrypted member', [{ name: 'x', flags: 0x0801, method: 8 }], /encrypted/],
    ['an unknown method', [{ name: 'x', method: 12, content: 'x' }], /method 12/],
    [
      'members on the same bytes',
      [
        { name: 'a', content: 'x'.repeat(50) },
        { name: 'b', content: 'x', offset: 0 },
      ],
      /overlaps/,
    ],
    ['a bomb by ratio', [{ name: 'bomb', content: 'x', method: 8, size: 3 * GIB }], /times its size/],
  ];
  it.each(hostile)('refuses %s and writes nothing', async (_what, members, why) => {
    const { result, tree } = await unpack(rawZip(members));
    expect(result).toBeInstanceOf(ArchiveError);
    expect((result as ArchiveError).kind).toBe('refused');
    expect((result as Error).message).toMatch(why);
    expect(tree).toEqual({});
  });

  it('refuses more members, or bytes, than it may unpack', async () => {
    const members = Array.from({ length: 11 }, (_, index) => ({ name: `${index}` }));
    expect((await unpack(rawZip(members), { maxMembers: 10 })).result).toMatchObject({ kind: 'refused' });
    expect((await unpack(rawZip([ok]), { maxBytes: 3 })).result).toMatchObject({ kind: 'no-space' });
  });

  it.each<[string, RawMember[]]>([
    ['a wrong checksum', [{ ...ok, crc: 1 }]],
    ['fewer bytes than declared', [{ ...ok, method: 8, size: 9 }]],
    ['more bytes than declared', [{ name: 'x', content: 'x'.repeat(100), method: 8, size: 9 }]],
    [
      'a small declared size before large content',
      [{ name: 'x', content: 'x'.repeat(5_000_000), method: 8, size: 3_000_000 }],
    ],
    ['a header that is not there', [ok, { name: 'b', offset: 3 }]],
  ])('finds %s to be damage', async (_what, members) => {
    const { result } = await unpack(rawZip(members));
    expect(result).toBeInstanceOf(ArchiveError);
  });

  it.each([
    Buffer.from('<html>'),
    Buffer.alloc(0),
    rawZip([ok]).subarray(0, 40),
    gzipSync('not tar at all '.repeat(99)).subarray(0, 60),
  ])('finds what is no archive to be damaged', async (content) => {
    expect((await unpack(content)).result).toMatchObject({ name: 'ArchiveError', kind: 'damaged' });
  });

  it('reads names in CP437, and bytes of any kind', async () => {
    const { result, tree } = await unpack(
      rawZip([{ name: Buffer.from([0x81, 0x2e, 0x74]), flags: 0, content: 'x' }]),
    );
    expect(result).toMatchObject([{ path: 'ü.t', size: 1 }]);
    expect(tree).toEqual({ 'ü.t': 'x' });
  });

  it('unpacks stored and deflated members, small and large, with their sums', async () => {
    const large = Buffer.alloc(3_000_000, 'abcdefg');
    const members = [
      ok,
      { name: 'd/large', content: large, method: 8 },
      { name: 'd/stored', content: large },
    ];
    const { result, tree } = await unpack(rawZip(members));
    expect(result).toMatchObject([
      { path: 'd/large' },
      { path: 'd/stored' },
      { path: 'fine.txt', size: 4, crc32: crc32('fine') },
    ]);
    expect(tree['d/large']).toBe(large.toString('latin1'));
    expect(tree['d/stored']).toBe(large.toString('latin1'));
  });

  it('unpacks an empty archive', async () => {
    expect((await unpack(rawZip([]))).result).toEqual([]);
  });

  async function tar(
    entries: readonly (Partial<Header> & { name: string; content?: string })[],
  ): Promise<Buffer> {
    const archive = pack();
    for (const { content = '', ...header } of entries) archive.entry(header, content);
    archive.finalize();
    return gzipSync(await buffer(archive));
  }

  it('unpacks a tar.gz', async () => {
    const content = 'x'.repeat(2_000_000);
    const { result, tree } = await unpack(
      await tar([
        { name: './d/', type: 'directory' },
        { name: './d/a', content: 'a' },
        { name: 'large', content },
      ]),
    );
    expect(result).toMatchObject([
      { path: 'd/a', size: 1 },
      { path: 'large', size: 2_000_000 },
    ]);
    expect(tree).toEqual({ 'd/a': 'a', large: content });
  });

  it.each<[string, Partial<Header> & { name: string }]>([
    ['a way up', { name: '../evil' }],
    ['an absolute path', { name: '/tmp/evil' }],
    ['a symbolic link', { name: 'link', type: 'symlink', linkname: '/etc/passwd' }],
    ['a hard link', { name: 'link', type: 'link', linkname: '/etc/passwd' }],
    ['a device', { name: 'null', type: 'character-device' }],
    ['one name twice', { name: 'fine' }],
  ])('refuses a tar.gz with %s', async (_what, entry) => {
    const { result } = await unpack(await tar([{ name: 'fine', content: 'x' }, entry]));
    expect(result).toMatchObject({ name: 'ArchiveError', kind: 'refused' });
  });

  it.each([
    ['a zip', (name: string) => rawZip([{ name }])],
    ['a tar.gz', (name: string) => tar([{ name, type: 'directory' }])],
  ] as const)('reads the name of a folder once, however many slashes it has: %s', async (what, pack) => {
    await expectLinear(what, 16_000, async (length) => {
      const { result } = await unpack(await pack(`a${'/'.repeat(length)}x/`));
      expect(result).toMatchObject({ name: 'ArchiveError', kind: 'refused' });
    });
  });

  it('stops a tar bomb by what it counts', async () => {
    const { result } = await unpack(await tar([{ name: 'x', content: '0'.repeat(3_000_000) }]), {
      maxBytes: 1_000_000,
    });
    expect(result).toMatchObject({ name: 'VolumeError', kind: 'no-space' });
  });
});
