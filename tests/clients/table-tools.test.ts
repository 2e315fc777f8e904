import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentAt, PROJECT } from '#tests/docs/blocks.ts';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { useMirror } from '#tests/setup/mirror.ts';
import { useLines } from '#web/use-lines.ts';

const run = promisify(execFile);
const PACKAGES = [
  'pandas==3.1.1',
  'polars==2.1.0',
  'pyarrow==26.0.1',
  'duckdb==1.5.5',
  'duckdb-extension-httpfs==1.5.5',
  'kagglehub==1.0.3',
];
/** DuckDB takes its extension from here, in place of its own repository. */
const INSTALL_HTTPFS = `
import duckdb, duckdb_extension_httpfs, pathlib
[file] = pathlib.Path(duckdb_extension_httpfs.__file__).parent.rglob("httpfs.duckdb_extension")
duckdb.execute(f"INSTALL '{file}'")`;
/** What each program of the document is to have read. */
const RESULTS: Record<string, string> = {
  pandas: '[len(everything), len(some)]',
  polars: 'days.select(pl.col("weather").n_unique()).collect().item()',
  duckdb: 'len(days.fetchall())',
  pyarrow: 'table.num_rows',
};
const SAMPLE = 'samples/samples/seattle-weather/1/seattle-weather.csv';
const AWKWARD = 'sub/it\'s "ü" #1?.csv';

const folder = await mkdtemp(join(tmpdir(), 'table-tools-'));
afterAll(() => rm(folder, { recursive: true, force: true }));
const given = process.env.OFFICIAL_CLIENTS;
const tools = given ? await install(given === '1' ? folder : given) : null;

describe.skipIf(tools === null || !hasDatabase)(
  'tools read tables as we say (needs OFFICIAL_CLIENTS=1)',
  { timeout: 120_000 },
  () => {
    const database = useDatabase();
    const mirror = useMirror(database);
    const api = useApi(database, { KAGGLE_DATA_ROOT: mirror.volume });
    const { blocks } = documentAt('docs/tables.md');
    let origin = '';
    let weather: string[][] = [];
    const here = (code: string) => code.replaceAll('http://localhost:3000', origin);
    const env = () => ({ PATH: process.env.PATH, HOME: folder, KAGGLEHUB_CACHE: mirror.volume });
    const bash = async (code: string) => {
      const script = `set -euo pipefail\ncurl() { command curl --fail --silent --show-error "$@"; }\n${code}`;
      return (await run('bash', ['-c', script], { env: env(), cwd: folder })).stdout;
    };
    /** What an expression comes to after a program. */
    const python = async (code: string, result: string) => {
      // Threads of Arrow abort the process now and then when the interpreter ends ("terminate called without an active exception").
      const script = `${code}\nimport json, os\nprint("RESULT=" + json.dumps(${result}), flush=True)\nos._exit(0)`;
      const { stdout } = await run(join(String(tools), 'python'), ['-c', script], {
        env: env(),
        cwd: folder,
      });
      return JSON.parse(/RESULT=(.*)/.exec(stdout)?.[1] ?? 'null');
    };

    beforeAll(async () => {
      const csv = await readFile(join(PROJECT, SAMPLE), 'utf8');
      weather = csv
        .trim()
        .split(/\r?\n/)
        .slice(1)
        .map((line) => line.split(','));
      await mirror.offer('ada/weather', 1, { 'seattle-weather.csv': csv });
      await mirror.offer('ada/awkward', 1, { [AWKWARD]: 'x,y\n1,2\n3,4\n' });
      for (const ref of ['ada/weather', 'ada/awkward'])
        expect((await mirror.fetch(['--dataset', ref])).status).toBe(0);
      origin = await api.app.listen({ host: '127.0.0.1', port: 0 });
      await python(INSTALL_HTTPFS, 'None');
    }, 120_000);

    it.for(Object.entries(RESULTS))('%s, by docs/tables.md', async ([library, result]) => {
      const [block, ...more] = blocks.filter(({ code }) => code.startsWith(`import ${library}`));
      expect(more).toEqual([]);
      const kinds = weather.map((row) => row.at(-1));
      const count = new Set(kinds).size;
      const sunny = kinds.filter((kind) => kind === 'sun').length;
      const read = { pandas: [kinds.length, sunny], pyarrow: kinds.length }[library] ?? count;
      expect(await python(here(block?.code ?? ''), result)).toEqual(read);
    });

    it('no other program is in docs/tables.md', () => {
      expect(blocks.filter(({ language }) => language === 'py')).toHaveLength(Object.keys(RESULTS).length);
    });

    it('curl, by docs/tables.md', async () => {
      const commands = blocks.filter(({ language }) => language === 'sh').map(({ code }) => here(code));
      const printed = await bash(commands.join('\n'));
      expect(printed).toContain(`[${weather.length},${weather.length}]`);
      const saved = await readFile(join(folder, 'weather.csv'), 'utf8');
      expect(saved.trim().split(/\r?\n/)).toHaveLength(weather.length + 1);
    });

    it('each tool, by the lines of a page', async () => {
      const { datasets } = (await api.get('/datasets')).json();
      const datasetId = datasets.find(({ name }: { name: string }) => name === 'ada/awkward')?.id;
      const [table] = (await api.get(`/datasets/${datasetId}/versions/1/tables`)).json().tables;
      const place = {
        datasetId,
        ref: 'ada/awkward',
        version: 1,
        table: table.name,
        sql: true,
        path: AWKWARD,
      };
      const lines = useLines({ origin, ...place });
      const read = [];
      for (const { tool, code } of lines) {
        if (tool === 'curl') read.push(await bash(`mkdir page\ncd page\n${code}\ncat *`));
        else if (tool.startsWith('SQL')) read.push((await bash(code)).replaceAll('\r', ''));
        else if (tool === 'DuckDB')
          read.push(await python('import duckdb', `duckdb.sql(${JSON.stringify(code)}).fetchall()`));
        else if (tool.startsWith('kagglehub')) read.push(await python(code, 'os.listdir(path)'));
        else read.push(await python(code, 'list(df.shape)'));
      }
      expect(read).toEqual([
        [2, 2],
        [2, 2],
        [
          [1, 2],
          [3, 4],
        ],
        ['sub'],
        'x,y\n1,2\n3,4\n',
        'x,y\n1,2\n3,4\n',
      ]);
    });
  },
);

/** The programs of an environment with the packages in it, made once below a folder; null where it cannot be made. */
async function install(parent: string): Promise<string | null> {
  const venv = join(parent, 'table-tools');
  const marker = join(venv, 'installed');
  try {
    if (existsSync(marker)) return join(venv, 'bin');
    await run('python3', ['-m', 'venv', venv], { timeout: 60_000 });
    const args = ['install', '--quiet', '--disable-pip-version-check', ...PACKAGES];
    await run(join(venv, 'bin/pip'), args, { timeout: 240_000 });
    await writeFile(marker, PACKAGES.join('\n'));
    return join(venv, 'bin');
  } catch (error) {
    process.stdout.write(`The tools that read tables cannot be installed: ${error}\n`);
    return null;
  }
}
