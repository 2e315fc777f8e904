import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createGzip, gzipSync } from 'node:zlib';
import { type Header, pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { isSlow } from '#tests/setup/sample.ts';
import { tarGz, useUnpacking } from '#tests/setup/unpacking.ts';

type Member = Partial<Header> & { name: string; content?: string | Buffer };

describe('extractArchive, of tar.gz', () => {
  const { elsewhere, good, refused, unpack } = useUnpacking();
  /** So large that it is on the disk before what follows is read. */
  const fine: Member = { name: 'd/fine.bin', content: randomBytes(3_000_000) };

  it('unpacks folders, small and large files', async () => {
    const content = 'x'.repeat(2_000_000);
    const members = [
      { name: './d/', type: 'directory' as const },
      { name: './d/a', content: 'a' },
      { name: 'large', content },
    ];
    const { files, tree } = await good(await tarGz(members));
    expect(files).toMatchObject([
      { path: 'd/a', size: 1 },
      { path: 'large', size: 2_000_000 },
    ]);
    expect(tree).toEqual({ 'd/a': 'a', large: content });
  });

  it.each<[string, Member, RegExp]>([
    ['a way up', { name: '../evil' }, /leaves its folder/],
    ['a way up in the middle', { name: 'd/../../evil' }, /leaves its folder/],
    ['a folder above', { name: '../evil/', type: 'directory' }, /leaves its folder/],
    ['a symbolic link', { name: 'link', type: 'symlink', linkname: '/etc/passwd' }, /link or a device/],
    ['a symbolic link to a folder above', { name: 'd', type: 'symlink', linkname: '..' }, /link or a device/],
    ['a hard link to elsewhere', { name: 'link', type: 'link', linkname: '/etc/passwd' }, /absolute/],
    ['a character device', { name: 'null', type: 'character-device' }, /link or a device/],
    ['a block device', { name: 'disk', type: 'block-device' }, /link or a device/],
    ['a pipe', { name: 'pipe', type: 'fifo' }, /link or a device/],
    ['one name twice', { name: 'd/fine.bin' }, /several members/],
    ['a folder that is a file', { name: 'd' }, /several members/],
    ['a file that is a folder', { name: 'd/fine.bin/x' }, /several members/],
    ['a name of 300 bytes', { name: 'x'.repeat(300) }, /too long/],
    ['NUL in a name', { name: 'x', pax: { path: 'a\0b' } }, /NUL/],
  ])('refuses %s, and keeps nothing', async (_what, member, why) => {
    await refused(await tarGz([fine, member]), 'refused', why);
  });

  it.each(['file', 'directory'] as const)(
    'refuses the absolute path of a %s, and writes nothing there',
    async (type) => {
      await refused(await tarGz([fine, { name: elsewhere('evil'), type }]), 'refused', /absolute/);
    },
  );

  it('does not follow a link that came before', async () => {
    const link: Member = { name: 'link', type: 'symlink', linkname: elsewhere('') };
    await refused(await tarGz([link, { name: 'link/evil', content: 'x' }]), 'refused', /link or a device/);
  });

  it('refuses more members than it may unpack', async () => {
    const members = Array.from({ length: 12 }, (_, index) => ({ name: `${index}`, content: 'x' }));
    await refused(await tarGz(members), 'refused', /more than 10 members/, { maxMembers: 10 });
    expect((await good(await tarGz(members), { maxMembers: 12 })).files).toHaveLength(12);
  });

  it('counts the bytes of a file once for each of its names', async () => {
    const links = Array.from({ length: 9 }, (_, index) => ({
      name: `link${index}`,
      type: 'link' as const,
      linkname: 'd/fine.bin',
    }));
    const archive = await tarGz([fine, ...links]);
    const { result } = await unpack(archive, { maxBytes: 20_000_000 });
    expect(result).toMatchObject({ name: 'VolumeError', kind: 'no-space' });
    expect((await good(archive, { maxBytes: 40_000_000 })).files).toHaveLength(10);
  });

  it('refuses names that differ by case where the volume does not', async () => {
    const archive = await tarGz([fine, { name: 'D/Fine.BIN' }]);
    await refused(archive, 'refused', /does not tell these names apart/, {
      names: { byCase: false, byForm: true },
    });
  });

  it('stops a bomb by what it counts', async () => {
    const { result } = await unpack(await tarGz([{ name: 'x', content: '0'.repeat(3_000_000) }]), {
      maxBytes: 1_000_000,
    });
    expect(result).toMatchObject({ name: 'VolumeError', kind: 'no-space' });
  });

  it.runIf(isSlow)('refuses a bomb by its ratio', { timeout: 120_000 }, async () => {
    await refused(await zeros(600), 'refused', /more than 250 times its size/);
  });

  it('finds what is broken off, or no tar, to be damaged', async () => {
    const whole = await tarGz([fine]);
    await refused(whole.subarray(0, whole.length - 5_000), 'damaged', /cannot be read/);
    await refused(gzipSync('not tar at all '.repeat(99)), 'damaged', /cannot be read/);
  });

  /** A file of so many MiB of zeros. */
  async function zeros(mebibytes: number): Promise<Buffer> {
    const archive = pack();
    const entry = archive.entry({ name: 'zeros', size: mebibytes << 20 });
    const pieces = function* () {
      for (let count = 0; count < mebibytes; count++) yield Buffer.alloc(1 << 20);
    };
    Readable.from(pieces()).pipe(entry);
    entry.on('finish', () => archive.finalize());
    return buffer(archive.pipe(createGzip()));
  }
});
