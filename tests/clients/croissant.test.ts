import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { useMirror } from '#tests/setup/mirror.ts';

const run = promisify(execFile);
const PACKAGES = ['mlcroissant==1.1.1', 'pyarrow==26.0.1', 'pyshacl==0.40.1', 'rdflib==7.6.0'];
const folder = await mkdtemp(join(tmpdir(), 'croissant-'));
/** `1` installs the packages for this run; a path is that of a Python that has them. Without, nothing is asked of PyPI. */
const wanted = process.env.CROISSANT;
const loader = wanted === '1' ? await install() : (wanted ?? null);

const CELLS = `id,price,name,day,seen,open,at
1,1.5,"Ä, ""quoted""",2024-02-29,2024-02-29T12:30:00,true,2024-02-29T12:30:00Z
2,-0.25,,2023-01-01,2023-01-01T00:00:00,false,2023-01-01T00:00:00Z
9007199254740993,1e3,line,1970-01-01,1970-01-01T23:59:59,true,1970-01-01T00:00:00Z
`;

describe.skipIf(loader === null || !hasDatabase)(
  'tools of others read what we say of datasets (needs CROISSANT=1)',
  { timeout: 240_000 },
  () => {
    const database = useDatabase();
    const mirror = useMirror(database);
    const api = useApi(database, { KAGGLE_DATA_ROOT: mirror.volume });
    let base = '';
    beforeAll(async () => {
      await mirror.offer('ada/set', 1, {
        'all types.csv': CELLS,
        'part/nulls.json': '[{"a": 1, "b": null}, {"a": null, "b": "x"}]',
        'empty.txt': '',
        'ü #1?.bin': Buffer.from([0, 1, 2]),
      });
      expect((await mirror.fetch(['--dataset', 'ada/set'])).status).toBe(0);
      await api.post('/datasets', { name: 'No "mirror" \\ at all', source_url: 'https://example.org/a b' });
      base = await api.app.listen({ host: '127.0.0.1', port: 0 });
    }, 120_000);
    afterAll(() => rm(folder, { recursive: true, force: true }));
    const python = async (script: string, ...args: string[]) => {
      const path = join(import.meta.dirname, script);
      const env = { ...process.env, CROISSANT_CACHE: join(folder, 'cache'), HOME: folder };
      const { stdout } = await run(String(loader), [path, ...args], { env, maxBuffer: 64 * 1024 * 1024 });
      return JSON.parse(stdout.slice(stdout.indexOf('{')));
    };

    it('mlcroissant finds nothing wrong, and loads the rows through our addresses', async () => {
      const found = await python('load-croissant.py', `${base}/datasets/1/croissant`);
      expect([found.errors, found.warnings]).toEqual([[], []]);
      const { rows } = (await api.get('/datasets/1/versions/1/tables/all_types/rows')).json();
      expect(found.records.all_types).toHaveLength(rows.length);
      expect(found.records.all_types).toMatchObject([
        { id: 1, price: 1.5, name: 'Ä, "quoted"', open: true },
        { id: 2, price: -0.25, name: null, open: false },
        { price: 1000, name: 'line' },
      ]);
      const text = JSON.stringify(found.records.all_types);
      for (const value of ['2024-02-29', '1970-01-01T23:59:59']) expect(text).toContain(value);
      expect(found.records.nulls).toEqual([
        { a: 1, b: null },
        { a: null, b: 'x' },
      ]);
    });

    it('rdflib reads one graph from both forms of the catalogue, which conforms to DCAT', async () => {
      const files = ['application/ld+json', 'text/turtle'].map(async (accept, index) => {
        const path = join(folder, `catalog-${index}`);
        await writeFile(path, (await api.get('/catalog', { accept, host: new URL(base).host })).text);
        return path;
      });
      const [jsonLd = '', turtle = ''] = await Promise.all(files);
      const found = await python(
        'check-catalog.py',
        jsonLd,
        turtle,
        join(import.meta.dirname, 'dcat-shapes.ttl'),
      );
      expect(found).toMatchObject({ same: true, conforms: true });
      expect(found.triples[0]).toBeGreaterThan(60);
    });
  },
);

/** A Python with the packages in a fresh environment, or null. */
async function install(): Promise<string | null> {
  const venv = join(folder, 'venv');
  try {
    await run('python3', ['-m', 'venv', venv], { timeout: 60_000 });
    await run(join(venv, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', ...PACKAGES], {
      timeout: 600_000,
    });
    return join(venv, 'bin/python');
  } catch {
    process.stdout.write('mlcroissant is skipped: it needs python3 with venv, and pip.\n');
    return null;
  }
}
