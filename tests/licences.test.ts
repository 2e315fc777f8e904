import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { build, type Options } from 'tsup';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import bundles from '../tsup.config.ts';

const project = resolve(import.meta.dirname, '..');
const lock = JSON.parse(readFileSync(resolve(project, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, { version: string; dev?: boolean; optional?: boolean; license?: string }>;
};
/** What is installed with the product, and bundled into it. */
const shipped = Object.entries(lock.packages)
  .filter(([path, { dev }]) => path !== '' && !dev)
  .map(([path, entry]) => ({ name: path.replace(/^.*node_modules\//, ''), ...entry }));

/** May be passed on inside of a product under Apache-2.0. */
const ALLOWED = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'PSF-2.0',
];

/** What each of them says to whoever passes the code on. */
const GRANT =
  /permission is hereby granted|permission to use, copy|redistribution and use|apache license,?\s+version 2|blue oak model license/i;

describe('what is shipped', () => {
  it('is under licences that allow it', () => {
    const others = shipped.filter(({ license = 'none' }) => {
      const choices = license.replace(/[()]/g, '').split(' OR ');
      return !choices.some((choice) => choice.split(' AND ').every((part) => ALLOWED.includes(part)));
    });
    expect(others.map(({ name, license }) => `${name}: ${license}`)).toEqual([]);
  });

  it('is all in the bill of materials', () => {
    // With --omit dev npm 11 leaves out what a tool needs as well, zod among it.
    const args = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'];
    const bill = JSON.parse(
      execFileSync('npm', args, { cwd: project, encoding: 'utf8', maxBuffer: 1 << 26 }),
    );
    expect(bill).toMatchObject({ bomFormat: 'CycloneDX', specVersion: expect.stringMatching(/^1\./) });
    const listed = new Set((bill.components as { name: string; version: string }[]).map(nameAndVersion));
    const missing = shipped.filter((entry) => !entry.optional && !listed.has(nameAndVersion(entry)));
    expect(missing.map(nameAndVersion)).toEqual([]);
  });
});

/** Maps of some packages name the files that they were themselves built from. */
const withoutMaps: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'without-maps',
  setup(builder) {
    builder.onLoad({ filter: /node_modules\/.*\.[cm]?js$/, namespace: 'file' }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(/^\/\/# sourceMappingURL=.*$/gm, ''),
      loader: 'js',
    }));
  },
};

describe('the bundles', () => {
  const dist = mkdtempSync(join(tmpdir(), 'kaggle-dist-'));
  beforeAll(async () => {
    for (const options of bundles as Options[])
      await build({
        ...options,
        esbuildPlugins: [...(options.esbuildPlugins ?? []), withoutMaps],
        outDir: dist,
        config: false,
        silent: true,
      });
  }, 300_000);
  afterAll(() => rmSync(dist, { recursive: true, force: true }));

  const noticesIn = (folder: string) => readFileSync(join(dist, folder, 'THIRD_PARTY_LICENSES.txt'), 'utf8');
  const namedIn = (notices: string) =>
    new Set([...notices.matchAll(/^((?:@[^/\s]+\/)?[^@\s]+@\d\S*) \(.+\)$/gm)].map(([, named]) => named));

  it.for(['.', 'lambda', 'test'])(
    'in %s lie beside the licence of every package that their source maps name',
    (folder) => {
      const maps = globSync(`${folder}/*.mjs.map`, { cwd: dist });
      const sources = maps.flatMap((map) => {
        const path = join(dist, map);
        const { sources } = JSON.parse(readFileSync(path, 'utf8')) as { sources: string[] };
        return sources.map((source) => resolve(dirname(path), source));
      });
      const folders = sources.flatMap(
        (source) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(source)?.[0] ?? [],
      );
      const bundled = [...new Set(folders)].map((path) =>
        nameAndVersion(JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'))),
      );
      expect(bundled.length).toBeGreaterThan(folder === 'test' ? 0 : 50);
      expect([...namedIn(noticesIn(folder))]).toEqual(expect.arrayContaining(bundled));
    },
  );

  it('of the product are on the list that images are made by', () => {
    const list = readFileSync(join(dist, 'product-files.txt'), 'utf8').trimEnd().split('\n');
    expect(list).toContain('server.mjs');
    expect(list).toEqual(globSync('*.mjs', { cwd: dist }).toSorted());
  });

  it('give the text of each licence', () => {
    const entries = noticesIn('.')
      .split(`${'='.repeat(100)}\n`)
      .slice(1);
    const short = entries.filter((entry) => !GRANT.test(entry)).map((entry) => entry.split('\n')[0]);
    // A link in its README, or the name of the licence in its package.json, is all that they have.
    expect(short).toEqual(['abstract-logging@2.0.1 (MIT)', 'worker-f@0.1.20 (MIT)']);
  });

  it.for(['.', 'lambda'])(
    'in %s hold nothing that the bill of materials does not count as shipped',
    (folder) => {
      const counted = new Set(shipped.map(nameAndVersion));
      expect([...namedIn(noticesIn(folder))].filter((named) => !counted.has(String(named)))).toEqual([]);
    },
  );
});

function nameAndVersion({ name, version }: { name: string; version: string }): string {
  return `${name}@${version}`;
}
