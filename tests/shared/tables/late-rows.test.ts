import { describe, expect, it } from 'vitest';
import { converted } from './converted.ts';

const ROWS = 30_000;

/** A file of two columns, most of whose rows are alike, and what its second column is and holds. */
async function secondColumn(usual: string, late: string) {
  const head = Array.from({ length: ROWS }, (_, i) => `${i},${usual}\n`).join('');
  const { schema, statistics, rows } = await converted('a.csv', `a,b\n${head}${late}`);
  // biome-ignore lint/suspicious/noExplicitAny: they differ by type.
  const { top, max, nulls } = (statistics as any).columns[1];
  return { names: schema.length, type: schema[1]?.type, rows, max, nulls, last: top?.[1]?.value };
}

describe('rows far below the first ones are read as they are', () => {
  it.for<[why: string, usual: string, late: string, Record<string, unknown>]>([
    ['quotes', 'x', '1,"a,""b""\nc"\n', { type: 'text', rows: ROWS + 1, last: 'a,"b"\nc' }],
    [
      'quotes escaped by a backslash',
      '"x"',
      '1,"a,\\"b\\""\n',
      { type: 'text', rows: ROWS + 1, last: 'a,"b"' },
    ],
    ['a quote that is data', 'x', '1,5" pipe\n', { type: 'text', last: '5" pipe' }],
    ['fractions after integers', '1', '1,2.5\n', { type: 'double', max: 2.5 }],
    [
      'long integers after short ones',
      '1',
      '1,9223372036854775808\n',
      { type: 'decimal(38,0)', max: '9223372036854775808' },
    ],
    ['words after integers', '1', '1,x\n', { type: 'text', last: 'x' }],
    ['a leading zero after integers', '1', '1,007\n', { type: 'text', last: '007' }],
    ['numbers after blanks', '', '1,7\n', { type: 'int64', max: 7, nulls: ROWS }],
    ['days after blanks', '', '1,2024-02-29\n', { type: 'date', max: '2024-02-29' }],
    ['nothing after blanks', '', '1,\n', { type: 'text', nulls: ROWS + 1 }],
    ['no day after days', '2024-02-28', '1,2024-02-30\n', { type: 'text', last: '2024-02-30' }],
    ['a longer row', 'x', '1,2,3\n', { names: 3, type: 'text', rows: ROWS + 1 }],
    ['a shorter row', 'x', '1\n', { names: 2, type: 'text', nulls: 1, rows: ROWS + 1 }],
  ])('%s', async ([, usual, late, expected]) => {
    expect(await secondColumn(usual, late)).toMatchObject(expected);
  });

  it('a shorter row of texts', async () => {
    const { rows, schema } = await converted('a.csv', `a,b\n${'x,y\n'.repeat(ROWS)}z\n`);
    expect([rows, schema.length]).toEqual([ROWS + 1, 2]);
  });
});
