import { hash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { rawZip } from '#tests/setup/raw-zip.ts';
import { isSlow, seed } from '#tests/setup/sample.ts';
import { useUnpacking } from '#tests/setup/unpacking.ts';

const RUNS = isSlow ? 500 : 30;

/** Code page 437 from 0x80 on. */
const CP437 =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0';
const PRINTABLE = Array.from({ length: 95 }, (_, index) => String.fromCharCode(0x20 + index));

interface Member {
  path: string;
  content: Buffer;
  compress: boolean;
}

const plain = (segment: string) =>
  !/[/\\\0]|^\.{1,2}$|^[A-Za-z]:/.test(segment) && Buffer.byteLength(segment) <= 255;
const unicode = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter(plain);
const cp437 = fc
  .string({ unit: fc.constantFrom(...CP437, ...PRINTABLE), minLength: 1, maxLength: 40 })
  .filter(plain);
const content = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  // Some beyond what is unpacked in one piece.
  fc
    .tuple(fc.integer({ min: 1, max: 1_600_000 }), fc.integer({ min: 0, max: 255 }))
    .map(([size, byte]) => Buffer.alloc(size, byte)),
);

/** No two files on one name, whatever the file system makes of case and accents, and no file where a folder is. */
const tree = (segment: fc.Arbitrary<string>): fc.Arbitrary<Member[]> =>
  fc
    .array(
      fc.record({
        path: fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join('/')),
        content,
        compress: fc.boolean(),
      }),
      { maxLength: 12 },
    )
    .map((members) => {
      const folded = ({ path }: Member) => path.normalize('NFC').toLowerCase();
      const taken = new Set<string>();
      return members.filter((member) => {
        const segments = folded(member).split('/');
        const above = segments.map((_, index) => segments.slice(0, index + 1).join('/'));
        const free =
          !above.some((path) => taken.has(path)) &&
          ![...taken].some((path) => path.startsWith(`${folded(member)}/`));
        if (free) taken.add(folded(member));
        return free;
      });
    });

describe('extractArchive, of random trees', () => {
  const { good } = useUnpacking();
  const options = { numRuns: RUNS, seed, endOnFailure: true };

  async function comesBack(archive: Buffer, members: readonly Member[]) {
    const { files, tree: found } = await good(archive);
    const expected = members.map((member) => ({
      path: member.path,
      size: member.content.length,
      sha256: hash('sha256', member.content),
      md5: hash('md5', member.content, 'base64'),
      crc32: crc32(member.content),
    }));
    expect(files).toEqual(expected.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path))));
    const sums = Object.entries(found).map(([path, text]) => [
      path,
      hash('sha256', Buffer.from(text, 'latin1')),
    ]);
    expect(Object.fromEntries(sums)).toEqual(
      Object.fromEntries(expected.map((file) => [file.path, file.sha256])),
    );
  }

  it(`gives back the files of ${RUNS}, named in Unicode, stored or deflated`, {
    timeout: 300_000,
  }, async () => {
    let packed = 0;
    const property = fc.asyncProperty(tree(unicode), fc.boolean(), async (members, forceZip64Format) => {
      const zip = new ZipFile();
      for (const member of members)
        zip.addBuffer(member.content, member.path, { compress: member.compress, forceZip64Format });
      zip.end();
      await comesBack(await buffer(zip.outputStream), members);
      packed += members.length;
    });
    await fc.assert(property, options);
    expect(packed).toBeGreaterThan(RUNS);
  });

  it(`gives back the files of ${RUNS}, named in code page 437`, { timeout: 300_000 }, async () => {
    const bytes = (path: string) =>
      Buffer.from(
        [...path].map((one) => (CP437.includes(one) ? 0x80 + CP437.indexOf(one) : one.charCodeAt(0))),
      );
    let packed = 0;
    const property = fc.asyncProperty(tree(cp437), async (members) => {
      const raw = members.map((member) => ({
        name: bytes(member.path),
        content: member.content,
        method: member.compress ? 8 : 0,
        flags: 0,
      }));
      await comesBack(rawZip(raw), members);
      packed += members.length;
    });
    await fc.assert(property, options);
    expect(packed).toBeGreaterThan(RUNS);
  });
});
