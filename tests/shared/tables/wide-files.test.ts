import { expect, it } from 'vitest';
import { isSlow } from '#tests/setup/sample.ts';
import { converted } from './converted.ts';

const SIDE = 3_000;

it.runIf(isSlow)(
  'as many columns as rows, thousands of each, are too large instead of too much memory (needs SLOW=1)',
  async () => {
    const line = (write: (column: number) => number | string) =>
      Array.from({ length: SIDE }, (_, column) => write(column)).join(',');
    const rows = Array.from({ length: SIDE }, (_, row) => line((column) => (row * column) % 9_973));
    const file = [line((column) => `c${column}`), ...rows].join('\n');
    await expect(converted('a.csv', file)).rejects.toMatchObject({
      failure: 'too-large',
      message: expect.stringContaining('memory'),
    });
  },
  600_000,
);
