import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { NEWEST_MIGRATION } from '#shared/data/migrations.ts';

it('knows the newest migration, so that /ready can tell whether it is missing', async () => {
  const names = await readdir(resolve(import.meta.dirname, '../../../migrations/committed'));
  expect(names.sort().at(-1)).toMatch(new RegExp(`^${NEWEST_MIGRATION.replace('.sql', '')}-`));
});
