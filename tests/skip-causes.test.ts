import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { conditionsIn, MEANINGS } from './setup/skip-causes.ts';

it('each condition that skips tests has a reason to print', () => {
  const conditions = globSync('tests/**/*.test.ts', { exclude: ['tests/k8s/**'] })
    // Its condition stands for one without a reason.
    .filter((file) => file !== 'tests/hermetic.test.ts')
    .flatMap((file) => readFileSync(file, 'utf8').split('\n').flatMap(conditionsIn));
  expect(conditions.length).toBeGreaterThan(100);
  expect([...new Set(conditions)].filter((condition) => !(condition in MEANINGS))).toEqual([]);
});
