import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { type RawMember64, rawZip64 } from '#tests/setup/raw-zip64.ts';
import { useUnpacking } from '#tests/setup/unpacking.ts';

/** More than the plain end record can count. */
const MANY = 65_540;

describe('extractArchive, of Zip64 archives', () => {
  const { good, refused } = useUnpacking();
  const ok: RawMember64 = { name: 'd/fine.txt', content: 'fine' };

  it('unpacks sizes, offsets and counts that are in Zip64 fields', async () => {
    const { files, tree } = await good(rawZip64([ok, { name: 'e.txt', content: 'e'.repeat(2_000_000) }]));
    expect(tree).toEqual({ 'd/fine.txt': 'fine', 'e.txt': 'e'.repeat(2_000_000) });
    expect(files).toMatchObject([
      { path: 'd/fine.txt', size: 4 },
      { path: 'e.txt', size: 2_000_000 },
    ]);
  });

  it('unpacks what another writer makes in that format', async () => {
    const zip = new ZipFile();
    const content = Buffer.alloc(1_500_000, 'abcdefg');
    for (const compress of [false, true])
      zip.addBuffer(content, `${compress}.txt`, { compress, forceZip64Format: true });
    zip.end({ forceZip64Format: true, comment: '' });
    const { tree } = await good(await buffer(zip.outputStream));
    expect(tree).toEqual({ 'false.txt': content.toString(), 'true.txt': content.toString() });
  });

  it(`unpacks ${MANY} members`, { timeout: 120_000 }, async () => {
    const members = Array.from({ length: MANY }, (_, index) => ({ name: `${index % 100}/${index}` }));
    const archive = rawZip64(members);
    const { files } = await good(archive, { maxMembers: MANY });
    expect(files.length).toBe(MANY);
    expect(new Set(files.map(({ path }) => path)).size).toBe(MANY);
    await refused(archive, 'refused', /more than 65539 members/, { maxMembers: MANY - 1 });
  });

  it.each<[string, RawMember64[], 'damaged' | 'refused', RegExp]>([
    ['an offset beyond the end', [ok, { name: 'x', offset: 2n ** 40n }], 'damaged', /ends within a member/],
    [
      'an offset beyond all numbers',
      [ok, { name: 'x', offset: 2n ** 64n - 1n }],
      'damaged',
      /ends within a member/,
    ],
    ['an offset of another member', [ok, { name: 'x', offset: 0n }], 'refused', /overlaps/],
    ['an offset within a member', [ok, { name: 'x', offset: 20n }], 'refused', /overlaps/],
    [
      'a packed size beyond the end',
      [ok, { name: 'x', deflated: true, packed: 2n ** 40n }],
      'damaged',
      /ends within a member/,
    ],
    [
      'a packed size over the next',
      [{ ...ok, deflated: true, packed: 60n }, { name: 'x' }],
      'refused',
      /overlaps/,
    ],
    [
      'a size of exabytes',
      [ok, { name: 'x', content: 'x', deflated: true, size: 2n ** 60n }],
      'refused',
      /times its size/,
    ],
    [
      'sizes that differ, and nothing packed',
      [ok, { name: 'x', content: 'x', size: 2n }],
      'damaged',
      /size mismatch/,
    ],
    ['no room for the offset', [ok, { name: 'x', fieldLength: 16 }], 'damaged', /relative header offset/],
    ['no room for the packed size', [{ name: 'x', fieldLength: 8 }], 'damaged', /compressed size/],
    ['half a number', [{ name: 'x', fieldLength: 12 }], 'damaged', /compressed size/],
    ['no fields', [{ name: 'x', fieldLength: 0 }], 'damaged', /uncompressed size/],
  ])('refuses %s', async (_what, members, kind, why) => {
    await refused(rawZip64(members), kind, why);
  });

  it.each<[string, Parameters<typeof rawZip64>[1]]>([
    ['more members than there are', { count: 3n }],
    ['members without number', { count: 2n ** 63n }],
    ['fewer members than there are', { count: 1n }],
    ['a directory beyond the end', { offset: 2n ** 40n }],
    ['a directory in the middle of something', { offset: 7n }],
    ['a record beyond the end', { record: 2n ** 50n }],
    ['a record in the middle of something', { record: 11n }],
  ])('finds an end that tells of %s to be damaged', async (_what, claims) => {
    await refused(rawZip64([ok, { name: 'x', content: 'x' }], claims), 'damaged', /./);
  });
});
