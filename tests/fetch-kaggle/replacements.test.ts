import { rename, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Effect } from '#fake-kaggle/faults.ts';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { readTree, useMirror } from '#tests/setup/mirror.ts';
import { builtProgram } from '#tests/setup/programs.ts';
import { useSql } from '#tests/setup/sql.ts';
import { eachAtOnce } from '#tests/setup/whole-mirrors.ts';

const CRASH = `--import=${builtProgram('crash-at')}`;

const WITHOUT_ID: Effect = { kind: 'value', path: ['id'] };

/** The first COMMIT is of the registration. */
const KILL_POINTS = [
  'is_replacement_accepted 1',
  'replace_upstream 1',
  'COMMIT 2',
  'rm 1',
  'rename 1',
  'rm 2',
  'set_cleared 1',
  'record_check 1',
  'upsert_version 1',
];

describe.skipIf(!hasDatabase)('fetch-kaggle, when another dataset has the name', { timeout: 120_000 }, () => {
  const database = useDatabase();
  const mirror = useMirror(database);
  const api = useApi(database, { KAGGLE_DATA_ROOT: mirror.volume });
  const sql = useSql(database);
  let count = 0;
  let ref = '';

  beforeEach(async () => {
    mirror.kaggle.faults.clear();
    ref = `ada/set-${count++}`;
    await mirror.offer(ref, 1, { 'a.txt': 'old 1' });
  });

  const state = async () => {
    const { mirrors } = (await api.get('/mirrors?limit=500')).json();
    return mirrors.find((row: { ref: string }) => row.ref === ref);
  };
  const idOf = async (name = ref) => {
    const { datasets } = (await api.get('/datasets?limit=500')).json();
    return datasets.find((row: { name: string }) => row.name === name).id as number;
  };
  const served = async (version: number | 'latest', name = ref) => {
    const { status, text } = await api.get(`/datasets/${await idOf(name)}/versions/${version}/files/a.txt`);
    return status === 200 ? text : status;
  };
  const versions = async () => {
    const rows = (await api.get(`/datasets/${await idOf()}/versions`)).json().versions;
    return rows.map((row: { version: number; state: string }) => `${row.version} ${row.state}`);
  };
  const fetch = async (args = ['--dataset', ref], env: Record<string, string> = {}) => {
    mirror.kaggle.seen.length = 0;
    const run = await mirror.fetch(args, env);
    return { ...run, asked: mirror.kaggle.seen.map(({ on }) => on) };
  };
  const accept = async (body: object | null = { accept_replacement: true }) =>
    (await api.post(`/datasets/${await idOf()}/syncs`, body ?? undefined)).json().id as number;
  const sync = async (id: number) => (await api.get(`/syncs/${id}`)).json();
  /** The dataset is deleted on Kaggle, and another one made under its name. */
  const makeAnew = async (...numbers: number[]) => {
    await rm(join(mirror.source, ref), { recursive: true });
    for (const version of numbers) await mirror.offer(ref, version, { 'a.txt': `new ${version}` });
  };
  const replaced = {
    state: 'gone',
    stale: true,
    last_error: {
      type: '/problems/upstream-replaced',
      detail: expect.stringContaining('accept_replacement'),
    },
  };
  const onVolume = () => readTree(join(mirror.volume, 'datasets', ref));

  it('keeps and serves what it has, fetches nothing, and mirrors the other when that is accepted', async () => {
    expect((await fetch()).status).toBe(0);
    const before = await api.get(`/datasets/${await idOf()}/versions/1`);
    await makeAnew(1);
    for (const _run of [1, 2]) {
      const { status, asked } = await fetch();
      expect([status, asked]).toEqual([1, ['GetDataset']]);
      expect(await state()).toMatchObject({ ...replaced, version: 1 });
      expect([await served('latest'), await served(1)]).toEqual(['old 1', 'old 1']);
    }
    for (const body of [null, {}, { accept_replacement: false }]) {
      const id = await accept(body);
      await fetch(['--queued']);
      expect(await sync(id)).toMatchObject({
        state: 'failed',
        error: { type: '/problems/upstream-replaced' },
      });
    }
    const id = await accept();
    expect(await accept()).toBe(id);
    expect((await fetch(['--queued'])).status).toBe(0);
    expect(await sync(id)).toMatchObject({ state: 'succeeded', error: null });
    expect(await state()).toMatchObject({ state: 'ready', version: 1, stale: false, last_error: null });
    expect([await served('latest'), await served(1)]).toEqual(['new 1', 'new 1']);
    expect(await onVolume()).toEqual({ '1.complete': '', 'versions/1/a.txt': 'new 1' });
    const kept = await sql(
      `SELECT number, encode(tree_sha256, 'hex') AS sum FROM replaced_versions JOIN mirrors ON id = mirror_id WHERE ref = '${ref}'`,
    );
    expect(kept).toEqual([{ number: 1, sum: before.json().tree_sha256 }]);
    // Accepting it again changes nothing, and accepts no dataset that comes later.
    await accept();
    const { status, asked } = await fetch(['--queued']);
    expect([status, asked]).toEqual([0, ['GetDataset']]);
    expect(await served('latest')).toBe('new 1');
    await makeAnew(1);
    expect((await fetch()).status).toBe(1);
    expect(await state()).toMatchObject({ ...replaced, version: 1 });
  });

  it.each([
    ['with numbers of datasets', []],
    ['without them', [WITHOUT_ID]],
  ] as const)(
    'keeps nothing of a download during which another took the name, %s',
    async (_what, effects) => {
      for (const effect of effects) mirror.kaggle.faults.add({ on: 'GetDataset', ref, times: 100, effect });
      mirror.kaggle.faults.add({ on: 'storage', ref, effect: { kind: 'drip', bytesPerSecond: 100 } });
      mirror.kaggle.seen.length = 0;
      const running = mirror.fetch(['--dataset', ref]);
      await expect
        .poll(() => mirror.kaggle.seen.map(({ on }) => on), { timeout: 20_000 })
        .toContain('storage');
      await makeAnew(1);
      // Not the same second's.
      await utimes(join(mirror.source, ref, '1'), 1_000_000_000, 1_000_000_000);
      expect((await running).status).toBe(1);
      expect(await state()).toMatchObject({ ...replaced, version: null });
      expect([await versions(), await onVolume()]).toEqual([[], {}]);
      expect(await readTree(join(mirror.volume, '.mirror/work', ref))).toEqual({});
      // Without a number the first one that is kept is the one it is of.
      if (effects.length === 0) await accept();
      expect((await fetch()).status).toBe(0);
      expect(await served('latest')).toBe('new 1');
    },
  );

  it('takes the old versions out of the catalogue, in the way of no new one', async () => {
    for (const version of [2, 3]) await mirror.offer(ref, version, { 'a.txt': `old ${version}` });
    const pins = [1, 2].map((version) => `${ref}/versions/${version}`);
    expect((await fetch([ref, ...pins].flatMap((name) => ['--dataset', name]))).status).toBe(0);
    await makeAnew(1);
    expect((await fetch()).status).toBe(1);
    expect([await served('latest', pins[1]), await served(3)]).toEqual(['old 2', 'old 3']);
    await accept();
    // Version 2 is pinned, and the new dataset has none.
    expect((await fetch(['--queued'])).status).toBe(1);
    expect(await versions()).toEqual(['3 removed', '2 removed', '1 ready']);
    expect([await served('latest'), await served('latest', pins[0])]).toEqual(['new 1', 'new 1']);
    expect([await served(3), await served(2), await served('latest', pins[1])]).toEqual([404, 404, 404]);
    const diff = await api.get(`/datasets/${await idOf()}/diff?from=3&to=1`);
    expect(diff.status).toBe(404);
    await mirror.offer(ref, 2, { 'a.txt': 'new 2' });
    expect((await fetch()).status).toBe(0);
    expect(await versions()).toEqual(['3 removed', '2 ready', '1 ready']);
    // The old ones are due to be deleted: what has their numbers now is not.
    await sql(`UPDATE versions SET removed_at = now() - interval '1 year' WHERE state = 'removed'`);
    expect((await fetch(['--sweep'], { MIRROR_DELETE_GRACE_HOURS: '0' })).status).toBe(0);
    expect([await served('latest'), await served(1)]).toEqual(['new 2', 'new 1']);
    expect(Object.keys(await onVolume())).toEqual([
      '1.complete',
      '2.complete',
      'versions/1/a.txt',
      'versions/2/a.txt',
    ]);
  });

  it('has the new one’s versions for its own, also where their bytes are those of the one before', async () => {
    expect((await fetch()).status).toBe(0);
    await rm(join(mirror.source, ref), { recursive: true });
    await mirror.offer(ref, 1, { 'a.txt': 'old 1' });
    await accept();
    expect((await fetch(['--queued'])).status).toBe(0);
    const [row] = await sql(
      `SELECT fetched_at >= replaced_at AS own FROM versions JOIN mirrors ON mirrors.id = mirror_id WHERE ref = '${ref}'`,
    );
    expect(row).toEqual({ own: true });
    // Its space is freed when it is removed.
    await mirror.offer(ref, 2, { 'a.txt': 'new 2' });
    expect((await fetch(['--dataset', ref], { KAGGLE_KEEP_VERSIONS: '1' })).status).toBe(0);
    await sql(`UPDATE versions SET removed_at = now() - interval '1 year' WHERE state = 'removed'`);
    expect((await fetch(['--sweep'], { KAGGLE_DELETE_GRACE_HOURS: '0' })).status).toBe(0);
    expect(await onVolume()).toEqual({ '2.complete': '', 'versions/2/a.txt': 'new 2' });
  });

  it('takes nothing for the new one’s that was published or half downloaded of the old one', async () => {
    expect((await fetch()).status).toBe(0);
    await mirror.offer(ref, 2, { 'a.txt': 'old 2' });
    expect((await fetch()).status).toBe(0);
    // Published, and not recorded any more: as after a crash between the two.
    await sql(
      `DELETE FROM versions USING mirrors m WHERE m.id = mirror_id AND ref = '${ref}' AND number = 2`,
    );
    await mirror.offer(ref, 3, { 'a.txt': 'old 3'.repeat(10_000) });
    mirror.kaggle.faults.add({ on: 'storage', ref, times: 50, effect: { kind: 'reset', at: 100 } });
    expect((await fetch([`--dataset`, ref], { MIRROR_RETRIES: '1' })).status).toBe(1);
    mirror.kaggle.faults.clear();
    expect(Object.keys(await readTree(join(mirror.volume, '.mirror/work', ref)))).not.toEqual([]);
    await makeAnew(2, 3);
    expect((await fetch()).status).toBe(1);
    await accept();
    expect((await fetch(['--queued'])).status).toBe(0);
    expect(await served('latest')).toBe('new 3');
    await fetch(['--dataset', `${ref}/versions/2`]);
    expect(await served(2)).toBe('new 2');
  });

  it('is whole wherever it died while it changed from one to the other', async () => {
    const refs = KILL_POINTS.map((_, index) => `crash/set-${index}`);
    const all = refs.flatMap((name) => ['--dataset', name]);
    for (ref of refs) await mirror.offer(ref, 1, { 'a.txt': 'old 1' });
    expect((await fetch(all)).status).toBe(0);
    for (ref of refs) await makeAnew(1);
    expect((await fetch(all)).status).toBe(1);
    const ids: number[] = [];
    for (ref of refs) ids.push(await accept());
    await eachAtOnce([...refs.entries()], async ([index, name]) => {
      const env = { NODE_OPTIONS: CRASH, CRASH_AT: KILL_POINTS[index] ?? '', MIRROR_LEASE_SECONDS: '6' };
      const { stderr } = await mirror.fetch(['--dataset', name], env);
      expect(stderr, KILL_POINTS[index]).toContain('KILLED before');
    });
    expect((await fetch(all, { MIRROR_LEASE_SECONDS: '6' })).status).toBe(0);
    for (const [index, name] of refs.entries()) {
      ref = name;
      expect(await sync(ids[index] ?? 0), KILL_POINTS[index]).toMatchObject({ state: 'succeeded' });
      expect([await served('latest'), await served(1)]).toEqual(['new 1', 'new 1']);
      expect(await onVolume()).toEqual({ '1.complete': '', 'versions/1/a.txt': 'new 1' });
    }
  });

  it('hears of an acceptance while it runs', async () => {
    expect((await fetch()).status).toBe(0);
    await makeAnew(1);
    mirror.kaggle.faults.add({ on: 'GetDataset', ref, effect: { kind: 'stall', at: 0 } });
    const asked = await accept({});
    const running = fetch(['--queued'], { MIRROR_IDLE_TIMEOUT: '5000' });
    await expect.poll(async () => (await sync(asked)).state, { timeout: 20_000 }).toBe('running');
    expect(await accept()).toBe(asked);
    expect((await running).status).toBe(0);
    expect(await served('latest')).toBe('new 1');
  });

  it('takes another one without asking while it has nothing of the first', async () => {
    mirror.kaggle.faults.add({ on: 'storage', ref, times: 50, effect: { kind: 'reset', at: 100 } });
    expect((await fetch(['--dataset', ref], { MIRROR_RETRIES: '0' })).status).toBe(1);
    mirror.kaggle.faults.clear();
    await makeAnew(1);
    expect((await fetch()).status).toBe(0);
    expect(await served('latest')).toBe('new 1');
  });

  const forgetId = () => sql(`UPDATE mirrors SET upstream_id = NULL WHERE ref = '${ref}'`);
  const ids = () => sql(`SELECT upstream_id FROM mirrors WHERE ref = '${ref}'`);

  it('adopts the id of one that was mirrored before ids were kept, if its newest version is as old', async () => {
    expect((await fetch()).status).toBe(0);
    const known = await ids();
    await forgetId();
    await mirror.offer(ref, 2, { 'a.txt': 'old 2' });
    expect((await fetch()).status).toBe(0);
    expect(await ids()).toEqual(known);
    await forgetId();
    // The newest was deleted there: what is left is older, and of the same dataset.
    await rm(join(mirror.source, ref, '2'), { recursive: true });
    expect((await fetch()).status).toBe(0);
    expect(await ids()).toEqual(known);
  });

  it.each(['the same number', 'a smaller number'])('adopts no other: %s, and younger', async (which) => {
    await mirror.offer(ref, 2, { 'a.txt': 'old 2' });
    for (const version of ['1', '2']) await utimes(join(mirror.source, ref, version), 1e9, 1e9);
    expect((await fetch()).status).toBe(0);
    await forgetId();
    await makeAnew(which === 'the same number' ? 2 : 1);
    expect((await fetch()).status).toBe(1);
    expect(await state()).toMatchObject({ ...replaced, version: 2 });
    expect(await ids()).toEqual([{ upstream_id: null }]);
  });

  it('goes on with the one before when it is back', async () => {
    expect((await fetch()).status).toBe(0);
    await rename(join(mirror.source, ref), join(mirror.source, `${ref}-aside`));
    await mirror.offer(ref, 1, { 'a.txt': 'new 1' });
    expect((await fetch()).status).toBe(1);
    await rm(join(mirror.source, ref), { recursive: true });
    await rename(join(mirror.source, `${ref}-aside`), join(mirror.source, ref));
    expect((await fetch()).status).toBe(0);
    expect(await state()).toMatchObject({ state: 'ready', version: 1, stale: false, last_error: null });
    expect(await served('latest')).toBe('old 1');
  });

  it('takes no other wish than accept_replacement', async () => {
    expect((await fetch()).status).toBe(0);
    for (const body of [{ accept: true }, { accept_replacement: 'yes' }, { accept_replacement: null }, []])
      expect((await api.post(`/datasets/${await idOf()}/syncs`, body)).status).toBe(400);
  });
});
