import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';

describe.skipIf(!hasDatabase)('npm run import', () => {
  const api = useApi(useDatabase());
  let address = '';
  let folder = '';
  beforeAll(async () => {
    address = await api.app.listen({ host: '127.0.0.1', port: 0 });
    folder = await mkdtemp(join(tmpdir(), 'kaggle-import-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function run(args: readonly string[], input = '') {
    const child = spawn(process.execPath, ['scripts/import.ts', ...args], {
      env: { PATH: process.env.PATH, API: address },
    });
    child.stdin.end(input);
    const [stdout, stderr] = [text(child.stdout), text(child.stderr)];
    const [status] = await once(child, 'exit');
    return { status, stdout: await stdout, stderr: await stderr };
  }
  const file = async (name: string, content: string) => {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  };
  const named = async () =>
    (await api.get('/datasets?limit=500')).json().datasets.map(({ name }: { name: string }) => name);

  it('imports csv, and the same again changes nothing', async () => {
    const csv =
      '\ufeffref,name,description\r\nada/csv,"Of ""csv"", that is",\r\nada/csv/versions/2,,pinned\r\n';
    const path = await file('some.csv', csv);
    expect(await run([path, '--dry-run'])).toMatchObject({
      status: 0,
      stdout: 'Dry run: 2 created, 0 updated, 0 unchanged, 0 invalid\n',
    });
    expect(await named()).toEqual([]);
    expect(await run([path])).toMatchObject({
      status: 0,
      stdout: '2 created, 0 updated, 0 unchanged, 0 invalid\n',
    });
    expect(await named()).toEqual(['Of "csv", that is', 'ada/csv']);
    expect((await run([path])).stdout).toBe('0 created, 0 updated, 2 unchanged, 0 invalid\n');
  });

  it('imports ndjson, and names the lines that are wrong', async () => {
    const lines = ['{"ref":"ada/nd","name":"N"}', '', 'nonsense', '{"source_url":"nope"}', '[]'];
    const path = await file('some.ndjson', lines.join('\n'));
    const { status, stdout, stderr } = await run([path]);
    expect([status, stdout]).toEqual([1, '1 created, 0 updated, 0 unchanged, 3 invalid\n']);
    expect(
      stderr
        .split('\n')
        .map((line) => line.replace(path, '').split(':')[1])
        .sort(),
    ).toEqual(['3', '4', '5', undefined].sort());
  });

  it('imports a list from standard input, in several batches', async () => {
    const refs = Array.from({ length: 2_500 }, (_, i) => `ada/list-${i}`);
    const { status, stdout } = await run(['-'], refs.join('\n'));
    expect([status, stdout]).toEqual([0, '2500 created, 0 updated, 0 unchanged, 0 invalid\n']);
  });

  it('says what it takes', async () => {
    expect(await run(['--help'])).toMatchObject({ status: 0, stdout: expect.stringContaining('--dry-run') });
    expect((await run([])).status).toBe(2);
    expect((await run(['a', '--nope'])).status).toBe(2);
    expect(await run([await file('odd.csv', 'url\nx\n')])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('unknown columns: url'),
    });
    expect(await run([join(folder, 'none')])).toMatchObject({ status: 1 });
  });
});
