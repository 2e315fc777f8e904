import { describe, expect, it } from 'vitest';
import { parseTimestamptz } from '#shared/data/type-parsers.ts';

describe('a timestamptz as PostgreSQL writes it', () => {
  it.each([
    ['2026-01-01 00:30:00.123456+00', '2026-01-01T00:30:00.123456Z'],
    ['2026-01-01 00:30:00.5+00', '2026-01-01T00:30:00.500000Z'],
    ['2026-01-01 00:30:00+00', '2026-01-01T00:30:00.000000Z'],
    ['2026-01-01 00:30:00.5+01', '2025-12-31T23:30:00.500000Z'],
    ['2026-01-01 00:30:00.123456-03:30', '2026-01-01T04:00:00.123456Z'],
  ])('%s is %s', (text, expected) => expect(parseTimestamptz(text)).toBe(expected));

  it.each([
    'infinity',
    '-infinity',
    // Of the length that most have.
    '12026-01-01 00:30:00.12345+00',
    '0044-03-15 00:00:00+00 BC',
    '01/01/2026 00:30:00.123456 UTC',
  ])('is refused when it is %s', (text) => expect(() => parseTimestamptz(text)).toThrow(RangeError));
});
