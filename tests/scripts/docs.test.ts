import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configurationPage } from '#scripts/docs/configuration.ts';
import { WITH_SESSIONS, withoutChance, withSessions } from '#scripts/docs/sessions.ts';
import { hasDatabase } from '#tests/setup/api.ts';
import { isWhole } from '#tests/setup/sample.ts';

const PROJECT = resolve(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(resolve(PROJECT, path), 'utf8');
const readme = read('README.md');
const hasJq = spawnSync('jq', ['--version']).status === 0;
const { scripts } = JSON.parse(read('package.json'));

describe('what npm run docs:generate makes', () => {
  it('docs/configuration.md lists the settings as the code has them', () => {
    expect(read('docs/configuration.md')).toBe(configurationPage());
  });

  it.skipIf(!hasDatabase || !hasJq || !isWhole || process.env.TEST_DATABASE_URL).for(WITH_SESSIONS)(
    '%s shows what its sessions really print',
    { timeout: 180_000 },
    async (path) => {
      const document = read(path);
      expect(withoutChance(await withSessions(document))).toBe(withoutChance(document));
    },
  );
});

describe('README.md', () => {
  it('names only commands of package.json', () => {
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
