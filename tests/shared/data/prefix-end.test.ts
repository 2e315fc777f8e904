import fc from 'fast-check';
import { expect, it } from 'vitest';
import { prefixEnd } from '#shared/data/prefix-end.ts';

const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom('a', '\u{d7ff}', '\u{e000}', '\u{10ffff}'),
    fc
      .integer({ min: 1, max: 0x10ffff })
      .filter((point) => point < 0xd800 || point > 0xdfff)
      .map((point) => String.fromCodePoint(point)),
  ),
  maxLength: 4,
});
const compare = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

it('is behind all texts with the prefix, and before all others that follow', () => {
  fc.assert(
    fc.property(text, text, (prefix, other) => {
      const end = prefixEnd(prefix);
      const isInside = compare(other, prefix) >= 0 && (end === null || compare(other, end) < 0);
      expect(isInside).toBe(other.startsWith(prefix));
      expect(end === null || compare(prefix + other, end) < 0).toBe(true);
    }),
  );
});

it.each([
  ['', null],
  ['a/', 'a0'],
  ['\u{d7ff}', '\u{e000}'],
  ['a\u{10ffff}', 'b'],
  ['\u{10ffff}', null],
])('of %j is %j', (prefix, end) => expect(prefixEnd(prefix)).toBe(end));
