import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSlow } from '#tests/setup/sample.ts';
import { converted } from './converted.ts';

const RUNS = isSlow ? 200 : 8;

/** Of numbers, as a person would work it out. */
function expected(numbers: readonly number[]) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  const quantile = (level: number) => {
    const rank = level * (sorted.length - 1);
    const low = sorted[Math.floor(rank)] ?? 0;
    return low + ((sorted[Math.ceil(rank)] ?? 0) - low) * (rank - Math.floor(rank));
  };
  const squares = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    distinct: new Set(sorted).size,
    min: sorted[0],
    max: sorted.at(-1),
    mean,
    std: sorted.length < 2 ? null : Math.sqrt(squares / (sorted.length - 1)),
    quantiles: [0.05, 0.25, 0.5, 0.75, 0.95].map(quantile),
  };
}

async function statisticsOf(values: readonly (string | number | null)[]) {
  const lines = values.map((value, row) => `${row},${value === null ? '' : `"${value}"`}`);
  const { statistics } = await converted('a.csv', `row,x\n${lines.join('\n')}\n`);
  // biome-ignore lint/suspicious/noExplicitAny: they differ by type.
  return (statistics as any).columns[1];
}

describe('statistics', () => {
  it('of numbers are those of all values, outliers and repeated ones too', async () => {
    const number = fc.oneof(
      fc.integer({ min: -50, max: 50 }),
      fc.integer({ min: -1_000_000, max: 1_000_000 }),
      fc.constantFrom(999_999_999, 0.25, -3.5),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.option(number, { freq: 9 }), { minLength: 1, maxLength: 400 }),
        async (values) => {
          const numbers = values.filter((value) => value !== null);
          fc.pre(numbers.length > 0);
          const found = await statisticsOf(values);
          const { quantiles, std, mean, ...exact } = expected(numbers);
          expect(found).toMatchObject({
            ...exact,
            nulls: values.length - numbers.length,
            quantiles_exact: true,
          });
          const close = (value: number | null) => (value === null ? null : expect.closeTo(value, 3));
          expect(found.mean).toEqual(close(mean));
          expect(found.std).toEqual(close(std));
          expect(Object.values(found.quantiles)).toEqual(quantiles.map(close));
          expect(found.histogram.counts.reduce((sum: number, count: number) => sum + count)).toBe(
            numbers.length,
          );
        },
      ),
      { numRuns: RUNS },
    );
  }, 600_000);

  it('of many texts have the most frequent ones and their lengths', async () => {
    const found = await statisticsOf(
      Array.from({ length: 3_000 }, (_, i) => (i % 3 === 0 ? 'x' : `text ${i}`)),
    );
    expect(found).toMatchObject({ distinct: 2_001, distinct_exact: true, nulls: 0 });
    expect(found.top[0]).toEqual({ value: 'x', count: 1_000 });
    expect(found.top).toHaveLength(20);
    expect(found.lengths).toMatchObject({ min: 1, max: 9 });
  });

  it('of times are times', async () => {
    const found = await statisticsOf(['2024-01-01', '2024-01-02', null, '2024-01-03']);
    expect(found).toMatchObject({
      min: '2024-01-01',
      max: '2024-01-03',
      mean: '2024-01-02T00:00:00.000000',
      std: 86_400,
      nulls: 1,
    });
    expect(found.quantiles.p50).toBe('2024-01-02T00:00:00.000000');
  });

  it('say nothing of a column without values', async () => {
    const found = await statisticsOf([null, null]);
    expect(found).toMatchObject({ type: 'text', nulls: 2, distinct: 0, top: [], lengths: { min: null } });
  });
});
