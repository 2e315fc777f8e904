import { constants, crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { DistinctNames } from '#shared/storage/distinct-names.ts';
import { expectLinear } from '#tests/setup/growth.ts';
import { type RawMember, rawZip } from '#tests/setup/raw-zip.ts';
import { isSlow } from '#tests/setup/sample.ts';
import { tarGz, useUnpacking } from '#tests/setup/unpacking.ts';

const GIB = 2 ** 30;

describe('extractArchive', () => {
  const { elsewhere, good, refused, unpack } = useUnpacking();

  const ok: RawMember = { name: 'fine.txt', content: 'fine' };
  const hostile: [what: string, members: RawMember[], why: RegExp][] = [
    ['a way up', [ok, { name: '../evil' }], /leaves its folder/],
    ['a way up in the middle', [ok, { name: 'x/../../../evil' }], /leaves its folder/],
    ['a way up by backslashes', [ok, { name: 'x\\..\\..\\evil' }], /leaves its folder/],
    ['a folder above', [ok, { name: '../evil/' }], /leaves its folder/],
    ['a drive', [ok, { name: 'C:\\evil' }], /absolute/],
    ['a symbolic link', [ok, { name: 'link', content: '/etc/passwd', mode: 0o120777 }], /link or a device/],
    ['a device', [ok, { name: 'null', mode: 0o020666 }], /link or a device/],
    ['NUL in a name', [ok, { name: 'a\0b' }], /NUL/],
    ['one name twice', [ok, ok], /several members/],
    ['a file that is a folder', [{ name: 'a' }, { name: 'a/b' }], /several members/],
    ['a folder that is a file', [{ name: 'a/b' }, { name: 'a' }], /several members/],
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
    [
      'a member that begins within another',
      [
        { name: 'a', content: rawZip([{ name: 'b', content: 'x' }]) },
        { name: 'b', content: 'x', offset: 31 },
      ],
      /overlaps/,
    ],
    ['a member over the next', [{ name: 'a', content: 'x', method: 8, packed: 40 }, ok], /overlaps/],
    [
      'many members on the same bytes',
      Array.from({ length: 200 }, (_, index) => ({ name: `${index}`, content: 'x', method: 8, offset: 0 })),
      /overlaps/,
    ],
    ['a bomb by ratio', [{ name: 'bomb', content: 'x', method: 8, size: 3 * GIB }], /times its size/],
  ];
  it.each(hostile)('refuses %s and writes nothing', (_what, members, why) =>
    refused(rawZip(members), 'refused', why),
  );

  it('refuses an absolute path, and writes nothing there', () =>
    refused(rawZip([ok, { name: elsewhere('evil') }]), 'refused', /absolute/));

  it.each<[string, Partial<DistinctNames>, string[]]>([
    ['case', { byCase: false }, ['a/b.txt', 'a/B.TXT']],
    ['the case of folders', { byCase: false }, ['a/b', 'A/c']],
    ['the case of a file and a folder', { byCase: false }, ['a', 'A/b']],
    ['Unicode form', { byForm: false }, ['é', 'e\u0301']],
  ])('refuses names that differ by %s where the volume does not', async (_what, insensitive, paths) => {
    const archive = rawZip(paths.map((name) => ({ name })));
    const names = { byCase: true, byForm: true };
    expect((await good(archive, { names })).files.map(({ path }) => path).sort()).toEqual(paths.sort());
    await refused(archive, 'refused', /does not tell these names apart/, {
      names: { ...names, ...insensitive },
    });
  });

  it('refuses more folders, or longer names, than it may hold in memory', async () => {
    const deep = rawZip([{ name: `${'d/'.repeat(500)}x` }]);
    await refused(deep, 'refused', /more than 499 folders/, { maxMembers: 499 });
    await refused(deep, 'refused', /names .* take more than 1999 bytes/, { maxNameBytes: 1_999 });
    const empty = rawZip([{ name: 'd/' }, { name: 'e/' }]);
    await refused(empty, 'refused', /names .* take more than 1 bytes/, { maxNameBytes: 1 });
    expect((await good(deep, { maxMembers: 500, maxNameBytes: 2_000 })).files).toHaveLength(1);
  });

  it('refuses a member whose local header puts its content onto another', async () => {
    const first = { name: 'a', content: 'x', localExtra: Buffer.alloc(0) };
    const archive = rawZip([first, { name: 'b', content: 'y'.repeat(100) }]);
    // The length of the extra field of the first local header.
    archive.writeUInt16LE(90, 28);
    await refused(archive, 'refused', /overlaps/);
  });

  describe('of 540 MiB of zeros in half a megabyte', () => {
    const bomb = zeros(540);

    it.runIf(isSlow)('unpacks them when Kaggle says about that size', { timeout: 120_000 }, async () => {
      expect(bomb.length).toBeLessThan(700_000);
      const { result } = await unpack(bomb, { announcedBytes: 500 << 20, read: false });
      expect(result).toMatchObject({ files: [{ path: 'zeros.bin', size: 540 << 20 }] });
    });

    it.each([null, 0, 100_000, 400 << 20])('refuses them when it says %s bytes', async (announcedBytes) => {
      await refused(bomb, 'refused', /times its size/, { announcedBytes });
    });

    it('has no room for them on a small volume, whatever it says', async () => {
      const { result } = await unpack(bomb, { announcedBytes: 540 << 20, maxBytes: 100 << 20 });
      expect(result).toMatchObject({ name: 'VolumeError', kind: 'no-space' });
    });
  });

  it('refuses more members, or bytes, than it may unpack', async () => {
    const members = Array.from({ length: 11 }, (_, index) => ({ name: `${index}` }));
    await refused(rawZip(members), 'refused', /more than 10 members/, { maxMembers: 10 });
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
    ['a header that is not there', [{ ...ok, offset: 3 }]],
  ])('finds %s to be damage', async (_what, members) => {
    await refused(rawZip(members), 'damaged', /./);
  });

  it.each([
    Buffer.from('<html>'),
    Buffer.alloc(0),
    rawZip([ok]).subarray(0, 40),
    gzipSync('not tar at all '.repeat(99)).subarray(0, 60),
  ])('finds what is no archive to be damaged', async (content) => {
    await refused(content, 'damaged', /./);
  });

  it('reads names in CP437, and bytes of any kind', async () => {
    const { files, tree } = await good(
      rawZip([{ name: Buffer.from([0x81, 0x2e, 0x74]), flags: 0, content: 'x' }]),
    );
    expect(files).toMatchObject([{ path: 'ü.t', size: 1 }]);
    expect(tree).toEqual({ 'ü.t': 'x' });
  });

  it('unpacks stored and deflated members, small and large, with their sums', async () => {
    const large = Buffer.alloc(3_000_000, 'abcdefg');
    const members = [
      ok,
      { name: 'd/large', content: large, method: 8 },
      { name: 'd/stored', content: large },
    ];
    const { files, tree } = await good(rawZip(members));
    expect(files).toMatchObject([
      { path: 'd/large' },
      { path: 'd/stored' },
      { path: 'fine.txt', size: 4, crc32: crc32('fine') },
    ]);
    expect(tree['d/large']).toBe(large.toString('latin1'));
    expect(tree['d/stored']).toBe(large.toString('latin1'));
  });

  it('unpacks an empty archive', async () => {
    expect((await good(rawZip([]))).files).toEqual([]);
  });

  it.each([
    ['a zip', (name: string) => rawZip([{ name }])],
    ['a tar.gz', (name: string) => tarGz([{ name, type: 'directory' }])],
  ] as const)('reads the name of a folder once, however many slashes it has: %s', async (what, pack) => {
    await expectLinear(what, 16_000, async (length) => {
      const { result } = await unpack(await pack(`a${'/'.repeat(length)}x/`));
      expect(result).toMatchObject({ files: [] });
    });
  });
});

/** A zip of so many MiB of zeros. */
function zeros(mebibytes: number): Buffer {
  const piece = Buffer.alloc(1 << 20);
  const packed = deflateRawSync(piece, { finishFlush: constants.Z_FULL_FLUSH });
  const data = Buffer.concat([...Array<Buffer>(mebibytes).fill(packed), deflateRawSync('')]);
  const crc = Array<Buffer>(mebibytes)
    .fill(piece)
    .reduce((sum, bytes) => crc32(bytes, sum), 0);
  return rawZip([{ name: 'zeros.bin', method: 8, data, size: mebibytes << 20, crc }]);
}
