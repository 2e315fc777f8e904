import { execFile, execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { documentAt, PROJECT } from '#tests/docs/blocks.ts';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { useMirror } from '#tests/setup/mirror.ts';

const SAMPLE = 'samples/samples/seattle-weather/1/seattle-weather.csv';
const hasR = isThere();

describe.skipIf(!hasR || !hasDatabase)(
  'R reads a table as we say (needs Rscript)',
  { timeout: 120_000 },
  () => {
    const database = useDatabase();
    const mirror = useMirror(database);
    const api = useApi(database, { KAGGLE_DATA_ROOT: mirror.volume });
    let csv = '';
    let origin = '';

    beforeAll(async () => {
      csv = await readFile(join(PROJECT, SAMPLE), 'utf8');
      await mirror.offer('ada/weather', 1, { 'seattle-weather.csv': csv });
      expect((await mirror.fetch(['--dataset', 'ada/weather'])).status).toBe(0);
      origin = await api.app.listen({ host: '127.0.0.1', port: 0 });
    }, 120_000);

    it('by docs/tables.md', async () => {
      const [block, ...more] = documentAt('docs/tables.md').blocks.filter(({ language }) => language === 'r');
      expect(more).toEqual([]);
      const code = (block?.code ?? '').replaceAll('http://localhost:3000', origin);
      const { stdout } = await promisify(execFile)('Rscript', ['-e', `${code}\ncat(dim(days))`]);
      const [header = '', ...rows] = csv.trim().split(/\r?\n/);
      expect(stdout).toBe(`${rows.length} ${header.split(',').length}`);
    });
  },
);

function isThere(): boolean {
  try {
    execFileSync('Rscript', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
