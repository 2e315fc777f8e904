import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { python, unpackAsKagglehub } from '#tests/setup/kagglehub.ts';
import { ODD_TARS } from '#tests/setup/odd-tars.ts';
import { ODD_ZIPS } from '#tests/setup/odd-zips.ts';
import { useUnpacking } from '#tests/setup/unpacking.ts';

if (typeof python === 'string')
  process.stdout.write(`Archives are not compared with what kagglehub unpacks: ${python}.\n`);

describe.each([
  ['zip', ODD_ZIPS],
  ['tar.gz', ODD_TARS],
])('extractArchive, of an odd %s', (_format, odd) => {
  const { unpack } = useUnpacking();

  it.each(odd)('takes $what for what it is', async ({ archive, expected }) => {
    const { result, tree } = await unpack(archive);
    if (typeof expected === 'string')
      expect(result).toMatchObject({ name: 'ArchiveError', kind: expected, message: expect.any(String) });
    else {
      if (result instanceof Error) throw result;
      expect(tree).toEqual(expected);
      expect(result.files.map(({ path }) => path).sort()).toEqual(Object.keys(expected).sort());
    }
  });

  it.skipIf(typeof python === 'string')('agrees with kagglehub, or says why not', { timeout: 60_000 }, () => {
    const compared = odd.filter(({ from = 0, notIn }) => Number(python) >= from && python !== notIn);
    const found = unpackAsKagglehub(compared.map(({ archive }) => archive));
    const outcomes = compared.map(({ what, expected }, index) => {
      const files = found[index];
      if (files === undefined || files instanceof Error) return [what, 'nothing'];
      return [what, isDeepStrictEqual({ ...files }, expected) ? 'same' : 'other'];
    });
    expect(outcomes).toEqual(compared.map(({ what, kagglehub }) => [what, kagglehub.split(':')[0]]));
  });
});
