import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { useMirror } from '#tests/setup/mirror.ts';

const run = promisify(execFile);
const [hasCurl, hasWget] = await Promise.all(
  ['curl', 'wget'].map((name) =>
    run(name, ['--version']).then(
      () => true,
      () => false,
    ),
  ),
);
const CONTENT = 'x'.repeat(100_000);

describe.skipIf(!hasDatabase)('a file that was downloaded before', () => {
  const database = useDatabase();
  const mirror = useMirror(database);
  const api = useApi(database, { KAGGLE_DATA_ROOT: mirror.volume });
  let folder = '';
  let origin = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'conditional-'));
    await mirror.offer('ada/set', 1, { 'a.csv': CONTENT });
    await mirror.fetch(['--dataset', 'ada/set']);
    origin = `${await api.app.listen({ host: '127.0.0.1', port: 0 })}/datasets/1/versions/latest`;
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  describe.skipIf(!hasCurl)('by curl', () => {
    const curl = async (...args: string[]) =>
      (await run('curl', ['--silent', '--show-error', ...args], { cwd: folder })).stdout;
    const WRITE = ['--write-out', '%{http_code} %{size_download}'];

    it.each(['files/a.csv', 'archive'])('of %s is not fetched again (-z, --etag-compare)', async (what) => {
      const url = `${origin}/${what}`;
      await curl('--remote-time', '--etag-save', 'etag', '--output', 'file', url);
      expect(await curl('-z', 'file', '--output', 'again', ...WRITE, url)).toBe('304 0');
      expect(await curl('--etag-compare', 'etag', '--output', 'again', ...WRITE, url)).toBe('304 0');
      const { size } = await stat(join(folder, 'file'));
      expect(await curl('-z', '1 Jan 1990', '--output', 'again', ...WRITE, url)).toBe(`200 ${size}`);
    });

    it('is completed where it broke off (-C -)', async () => {
      await writeFile(join(folder, 'part'), CONTENT.slice(0, 40_000));
      expect(await curl('-C', '-', '--output', 'part', ...WRITE, `${origin}/files/a.csv`)).toBe('206 60000');
      expect(await readFile(join(folder, 'part'), 'utf8')).toBe(CONTENT);
    });
  });

  describe.skipIf(!hasWget)('by wget', () => {
    const wget = async (...args: string[]) => (await run('wget', args, { cwd: folder })).stderr;

    it('is not fetched again (-N), and completed where it broke off (-c)', async () => {
      const url = `${origin}/files/a.csv`;
      await wget(url);
      expect(await wget('-N', url)).toContain('304 Not Modified');
      await writeFile(join(folder, 'a.csv'), CONTENT.slice(0, 40_000));
      expect(await wget('-c', url)).toContain('206 Partial Content');
      expect(await readFile(join(folder, 'a.csv'), 'utf8')).toBe(CONTENT);
      expect(await wget('-c', url)).toContain('416');
    });
  });
});
