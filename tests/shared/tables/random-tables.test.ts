import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isSlow } from '#tests/setup/sample.ts';
import { converted } from './converted.ts';

const RUNS = isSlow ? 300 : 8;

/** Texts that look like something else, or hold what CSV is made of. */
const nasty = fc.constantFrom(
  '007',
  '+1',
  '1e400',
  'NaN',
  'NULL',
  'true ',
  '1,5',
  '2024-02-30',
  '01/02/2024',
  '"',
  'a"b',
  ',',
  '\n',
  'a\r\nb',
  'é',
  '💥',
  ' x ',
  '#',
  '-',
  '.',
  '1_000',
  '0x1F',
);
const text = fc
  .oneof(
    { weight: 2, arbitrary: nasty },
    fc.string({ minLength: 1, maxLength: 12 }),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }),
  )
  // The engine's reader, too, takes NUL for the end of a text, and no bytes are lone surrogates.
  .filter((value) => !value.includes('\0') && value.isWellFormed());
const day = fc
  .date({ min: new Date('1000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

/** A column: what its values are in the file, and what of them comes out. */
const column = fc.oneof(
  fc.array(fc.option(text, { freq: 6 })).map((values) => ({ kind: 'text', values })),
  fc
    .array(fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), { freq: 6 }))
    .map((values) => ({ kind: 'int64', values: values.map((value) => value?.toString() ?? null) })),
  fc
    .array(fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }), { freq: 6 }))
    .map((values) => ({ kind: 'double', values: values.map((value) => value?.toString() ?? null) })),
  fc
    .array(fc.option(fc.boolean()))
    .map((values) => ({ kind: 'boolean', values: values.map((value) => value?.toString() ?? null) })),
  fc.array(fc.option(day)).map((values) => ({ kind: 'date', values })),
);
const table = fc.tuple(fc.array(column, { minLength: 2, maxLength: 6 }), fc.integer({ min: 1, max: 20 }));

const quote = (value: string | null) => (value === null ? '' : `"${value.replaceAll('"', '""')}"`);

it('what is written as CSV comes out as it went in, or as the number that it is', async () => {
  await fc.assert(
    fc.asyncProperty(table, async ([columns, rows]) => {
      const header = columns.map((_, index) => `column ${index}`);
      const cells = Array.from({ length: rows }, (_, row) =>
        columns.map(({ values }) => values[row] ?? null),
      );
      const file = [header, ...cells].map((line) => line.map(quote).join(',')).join('\n');
      const { schema, values } = await converted('a.csv', `${file}\n`);
      expect(schema.map(({ name }) => name)).toEqual(header);
      expect(values.length).toBe(rows);
      for (const [row, line] of cells.entries())
        for (const [index, written] of line.entries())
          expect(
            same(schema[index]?.type ?? '', written, values[row]?.[index]),
            `${schema[index]?.type} ${JSON.stringify(written)} as ${JSON.stringify(values[row]?.[index])}`,
          ).toBe(true);
    }),
    { numRuns: RUNS },
  );
}, 600_000);

/** A text is the same text; a number the same number. */
function same(type: string, written: string | null, read: unknown): boolean {
  if (written === null || read === null) return written === read;
  if (type === 'double') return Object.is(Number(written), read);
  if (type === 'int64' || type.startsWith('decimal')) return BigInt(written.trim()) === BigInt(String(read));
  if (type === 'boolean') return written.toLowerCase() === String(read);
  if (type === 'timestamp') return Date.parse(`${written}Z`) === Date.parse(`${read}Z`);
  if (type === 'timestamptz') return Date.parse(written) === Date.parse(String(read));
  return written === read;
}
