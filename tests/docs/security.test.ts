import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';

const project = resolve(import.meta.dirname, '../..');

it('docs/SECURITY.md names a test that exists for each threat', () => {
  const text = readFileSync(resolve(project, 'docs/SECURITY.md'), 'utf8');
  const [, table = ''] = text.split('| threat |');
  const rows = table.split('\n\n')[0]?.split('\n').slice(2) ?? [];
  expect(rows.length).toBeGreaterThan(15);
  for (const row of rows) {
    const tried = [...(row.split('|').at(-2) ?? '').matchAll(/`([^`]+)`/g)].map(([, path = '']) => path);
    expect(tried, row).not.toEqual([]);
    for (const path of tried) expect(existsSync(resolve(project, path)), path).toBe(true);
  }
});
