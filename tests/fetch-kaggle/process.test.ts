import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { useMirror } from '#tests/setup/mirror.ts';

describe.skipIf(!hasDatabase)('fetch-kaggle, as a process', () => {
  const database = useDatabase();
  const mirror = useMirror(database);
  const api = useApi(database, { KAGGLE_DATA_ROOT: mirror.volume });

  it('explains itself', async () => {
    const { status, stdout } = await mirror.fetch(['--help']);
    expect(status).toBe(0);
    for (const option of ['--queued', '--watch', '--enqueue', '--run', '--dataset', '--verify', '--sweep'])
      expect(stdout).toContain(option);
  });

  it.each([
    ['an unknown option', ['--force'], {}, /--force/],
    ['--watch alone', ['--watch'], {}, /--watch requires --queued/],
    ['two modes', ['--verify', '--sweep'], {}, /exclude each other/],
    ['a run next to another mode', ['--run', 'a', '--queued'], {}, /exclude each other/],
    ['a run without a name', ['--run', ''], {}, /--run must be/],
    ['a reference that is none', ['--dataset', 'ada'], {}, /owner\/slug/],
    ['no database', [], { DATABASE_URL: '' }, /DATABASE_URL: is required/],
    ['a relative volume', [], { KAGGLE_DATA_ROOT: 'data' }, /KAGGLE_DATA_ROOT: must be an absolute path/],
    ['half of the credentials', [], { KAGGLE_USERNAME: 'ada' }, /must be set together/],
    ['a base that is no address', [], { KAGGLE_BASE_URL: 'kaggle' }, /KAGGLE_BASE_URL/],
    ['a list of nonsense', [], { MIRROR_DATASETS: 'a/b, c' }, /MIRROR_DATASETS/],
    ['a version that cannot be', [], { MIRROR_DATASETS: 'a/b/versions/2147483648' }, /MIRROR_DATASETS/],
    ['a pin with a leading zero', ['--dataset', 'a/b/versions/01'], {}, /owner\/slug/],
    ['a limit that is no number', [], { MIRROR_REQUESTS_PER_MINUTE: 'many' }, /MIRROR_REQUESTS_PER_MINUTE/],
  ])('ends with 2 and a reason for %s', async (_what, args, env, reason) => {
    const { status, stdout, stderr } = await mirror.fetch(args, env as Record<string, string>);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(reason);
  });

  it('ends at once when nothing is queued', async () => {
    const { status, stdout } = await mirror.fetch(['--queued']);
    expect(status).toBe(0);
    expect(stdout).toContain('0 datasets, 0 failed: 0 requests');
    expect(mirror.kaggle.seen).toEqual([]);
  });

  it('registers what MIRROR_DATASETS names, once', async () => {
    await mirror.offer('ada/listed', 1, { 'a.txt': 'a' });
    await mirror.offer('ada/listed', 2, { 'a.txt': 'b' });
    const env = { MIRROR_DATASETS: 'Ada/Listed, ada/listed/versions/1' };
    expect((await mirror.fetch([], env)).status).toBe(0);
    expect((await mirror.fetch([], env)).status).toBe(0);
    const { datasets } = (await api.get('/datasets')).json();
    expect(datasets.map(({ mirror: named }: { mirror: unknown }) => named)).toEqual([
      { ref: 'ada/listed', pinned_version: null },
      { ref: 'ada/listed', pinned_version: 1 },
    ]);
    const [, pinned] = datasets;
    const latest = await api.get(`/datasets/${pinned.id}/versions/latest/files/a.txt`);
    expect(latest.text).toBe('a');
  });

  it('mirrors a dataset within seconds of its registration while it watches, and stops when told to', async () => {
    await mirror.offer('ada/watched', 1, { 'a.txt': 'a' });
    const child = mirror.start(['--queued', '--watch']);
    const ended = once(child, 'exit');
    await sleep(1_500);
    const source_url = 'https://www.kaggle.com/datasets/ada/watched';
    const { id } = (await api.post('/datasets', { name: 'Watched', source_url })).json();
    const asked = performance.now();
    for (let state = ''; state !== 'ready'; await sleep(50)) {
      expect(performance.now() - asked).toBeLessThan(10_000);
      state = (await api.get(`/datasets/${id}/mirror`)).json().state;
    }
    child.kill('SIGTERM');
    expect((await ended)[0]).toBe(0);
  });

  it('keeps below the speed it may download at', async () => {
    await mirror.offer('ada/slow', 1, { 'a.bin': randomBytes(300_000) });
    const start = performance.now();
    const { status } = await mirror.fetch(['--dataset', 'ada/slow'], {
      MIRROR_MAX_BYTES_PER_SECOND: '100000',
    });
    expect(status).toBe(0);
    expect(performance.now() - start).toBeGreaterThan(2_500);
  });
});
