import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KaggleError } from '#shared/kaggle/kaggle-error.ts';
import { parseUpstream } from '#shared/kaggle/upstream.ts';
import { isSlow, seed } from '#tests/setup/sample.ts';

const MESSAGE = {
  id: 7,
  ref: 'Ada/Set',
  licenseName: 'CC0-1.0',
  totalBytes: 12,
  lastUpdated: '2024-05-06T07:08:09.1234567Z',
  currentVersionNumber: 2,
  versions: [{ versionNumber: 2, versionNotes: 'notes', creationDate: '2024-05-06T07:08:09' }],
};
const parse = (message: unknown) => parseUpstream(JSON.stringify(message) ?? '');

describe('what GetDataset answers', () => {
  it('is read with what it says of identity, and in UTC', () => {
    const { description: _, received, ...upstream } = parse(MESSAGE);
    expect(received).toBe(JSON.stringify(MESSAGE));
    expect(upstream).toEqual({
      id: 7,
      isPrivate: false,
      spelling: 'Ada/Set',
      ref: 'ada/set',
      version: 2,
      updatedAt: '2024-05-06T07:08:09.123Z',
      totalBytes: 12,
      licence: 'CC0-1.0',
      versions: [{ number: 2, notes: 'notes', createdAt: '2024-05-06T07:08:09.000Z' }],
    });
  });

  it('is read where what has its default is left out', () => {
    const { ref, currentVersionNumber } = MESSAGE;
    expect(parse({ ref, currentVersionNumber, versions: [{ versionNumber: 2 }] })).toMatchObject({
      id: null,
      updatedAt: null,
      totalBytes: null,
      licence: null,
      versions: [{ number: 2, notes: null, createdAt: null }],
      description: { title: null, keywords: [], owner: { ref: null, name: null }, views: null },
    });
  });

  it.each([
    ['2024-05-06T07:08:09+02:00', '2024-05-06T05:08:09.000Z'],
    ['2024-05-06', '2024-05-06T00:00:00.000Z'],
    ['0001-01-01T00:00:00', '0001-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59.000Z'],
    ['May 6, 2024', null],
    ['2024-13-06T00:00:00Z', null],
    ['', null],
  ])('has the time %j, which is %j', (lastUpdated, updatedAt) => {
    expect(parse({ ...MESSAGE, lastUpdated })).toMatchObject({ updatedAt });
  });

  it.each([
    '0000-06-01T00:00:00Z',
    '-000001-01-01T00:00:00Z',
    '275760-09-13T00:00:00Z',
    '+275760-09-13T00:00:00Z',
    '0001-01-01T00:00:00+14:00',
    '9999-12-31T23:59:59-01:00',
  ])('is refused for a year that cannot be written: %s', (lastUpdated) => {
    expect(() => parse({ ...MESSAGE, lastUpdated })).toThrow(KaggleError);
  });

  it('is either refused, or holds nothing that cannot be stored and served', () => {
    const odd = fc.oneof(
      fc.jsonValue(),
      fc.string({ unit: 'binary', maxLength: 20_000 }),
      fc.constantFrom('\0', '\ud800', '🦆'.repeat(9_999), 2 ** 31, 2 ** 63),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    );
    const odder = fc.record(
      Object.fromEntries(
        Object.entries(MESSAGE).map(([key, usual]) => [key, fc.oneof(odd, fc.constant(usual))]),
      ),
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(odder, odd), (message) => {
        const refusal = attempt(() => parse(message));
        if (refusal instanceof KaggleError) return refusal.failure === 'unavailable';
        const { id, version, totalBytes, versions, description, received: _, isPrivate, ...texts } = refusal;
        expect(isPrivate).toBeTypeOf('boolean');
        for (const text of [
          ...Object.values(texts),
          ...versions.flatMap(({ notes, createdAt }) => [notes, createdAt]),
          description.title,
          description.licence,
          description.updated_at,
          ...description.keywords,
        ])
          if (text !== null) expect(text).toMatch(/^[^\0\p{Surrogate}]{0,10000}$/u);
        for (const number of [version, ...versions.map((one) => one.number)])
          expect(number).toSatisfy(
            (value: number) => Number.isInteger(value) && value > 0 && value < 2 ** 31,
          );
        for (const number of [id, totalBytes])
          expect(number === null || Number.isSafeInteger(number)).toBe(true);
        return true;
      }),
      { numRuns: isSlow ? 10_000 : 100, seed },
    );
  });
});

function attempt<Value>(act: () => Value): Value | KaggleError {
  try {
    return act();
  } catch (error) {
    if (error instanceof KaggleError) return error;
    throw error;
  }
}
