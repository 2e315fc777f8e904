import { execFile } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build, type Options } from 'tsup';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import bundles from '../tsup.config.ts';
import { eventV2 } from './lambda/events.ts';
import { hasDatabase, useDatabase } from './setup/api.ts';
import { useMirror } from './setup/mirror.ts';
import { nameAndVersion, shipped } from './setup/shipped.ts';

/** What each of them says to those who pass the code on. */
const GRANT =
  /permission is hereby granted|permission to use, copy|redistribution and use|apache license,?\s+version 2|blue oak model license/i;

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
  const database = useDatabase();
  const mirror = useMirror(database);
  beforeAll(async () => {
    for (const options of bundles as Options[])
      await build({
        ...options,
        esbuildPlugins: [...(options.esbuildPlugins ?? []), withoutMaps],
        outDir: join(dist, relative('dist', String(options.outDir))),
        config: false,
        silent: true,
      });
    if (!hasDatabase) return;
    await mirror.offer('ada/set', 1, { 'a.csv': 'x\n1\n' });
    expect((await mirror.fetch(['--dataset', 'ada/set'])).status).toBe(0);
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

  describe.skipIf(!hasDatabase)('of AWS Lambda', () => {
    const TABLES = '/datasets/1/versions/1/tables';
    const code = `const { handler } = await import(process.argv[1]);
      console.log(JSON.stringify(await handler(JSON.parse(process.argv[2]), {})));
      process.exit();`;
    const call = async (name: string, url: string) => {
      const file = pathToFileURL(join(dist, 'lambda', `${name}.mjs`)).href;
      const event = JSON.stringify(eventV2({ method: 'GET', url, headers: { host: 'api.test' } }));
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ['--input-type=module', '--eval', code, file, event],
        {
          cwd: tmpdir(),
          env: {
            DATABASE_URL: database.url,
            KAGGLE_DATA_ROOT: mirror.volume,
            AUTH: 'off',
            LOG_LEVEL: 'silent',
          },
        },
      );
      return JSON.parse(stdout) as { statusCode: number; body: string; isBase64Encoded: boolean };
    };
    it.for([
      ['get-dataset', '/datasets/1', '"ref":"ada/set"'],
      ['get-file', '/datasets/1/versions/1/files/a.csv', 'x\n1\n'],
      ['list-tables', `${TABLES}`, '"name":"a"'],
      ['get-table', `${TABLES}/a`, '"name":"x"'],
      ['get-statistics', `${TABLES}/a/statistics`, '"max": 1'],
      ['get-parquet', `${TABLES}/a/data.parquet`, 'PAR1'],
      ['get-row', `${TABLES}/a/rows/0`, '"row":{"x":1}'],
      ['get-rows', `${TABLES}/a/rows?filter=x.eq.1`, '"rows":[{"x":1}]'],
      ['get-rows', `${TABLES}/a/rows?format=ndjson`, '{"x":1}'],
      ['show-dataset', '/ui/datasets/1', 'ada/set'],
      ['query-version', '/datasets/1/versions/1/sql?query=SELECT%201', 'not-on-lambda'],
      ['diff-tables', '/datasets/1/diff/tables/a?from=1&to=1&key=x', 'not-on-lambda'],
    ] as const)('%s answers, without the project around it', async ([name, url, part]) => {
      const { body, isBase64Encoded } = await call(name, url);
      expect(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8').toString()).toContain(part);
    });

    it('a page finds what browsers load', async () => {
      const page = await call('show-dataset', '/ui/datasets/1');
      const [asset] = /\/ui\/assets\/web-\w+\.css/.exec(page.body) ?? [''];
      expect((await call('get-asset', asset)).statusCode).toBe(200);
    });
  });
});
