import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withSettings } from '#scripts/readme.ts';
import { withoutChance, withSessions } from '#scripts/readme-session.ts';
import { hasDatabase } from '#tests/setup/api.ts';

const PROJECT = resolve(import.meta.dirname, '../..');
const readme = readFileSync(resolve(PROJECT, 'README.md'), 'utf8');
const { scripts } = JSON.parse(readFileSync(resolve(PROJECT, 'package.json'), 'utf8'));

describe('README.md', () => {
  it('lists the settings as the code has them (node scripts/readme.ts mends it)', () => {
    expect(withSettings(readme)).toBe(readme);
  });

  it.skipIf(!hasDatabase || process.env.TEST_DATABASE_URL)(
    'shows what its sessions really print (node scripts/readme.ts mends it)',
    async () => {
      expect(withoutChance(await withSessions(readme))).toBe(withoutChance(readme));
    },
    180_000,
  );

  it('names every command of package.json, and no other', () => {
    const named = [
      ...readme.matchAll(/npm (?:run )?(?:--silent )?((?:start|test|[a-z][\w-]*)(?::[a-z-]+)?)/g),
    ].map(([, name]) => name);
    const known = new Set([...Object.keys(scripts), 'ci']);
    expect(named.filter((name) => !known.has(String(name)))).toEqual([]);
  });

  it('links to files that are there', () => {
    const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path]) => String(path));
    expect(links.length).toBeGreaterThan(3);
    expect(links.filter((path) => !existsSync(resolve(PROJECT, path)))).toEqual([]);
  });
});
