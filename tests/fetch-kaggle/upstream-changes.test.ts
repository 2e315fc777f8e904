import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { readTree, useMirror } from '#tests/setup/mirror.ts';

describe.skipIf(!hasDatabase)('fetch-kaggle, when a dataset changes on Kaggle', { timeout: 120_000 }, () => {
  const database = useDatabase();
  const mirror = useMirror(database);
  const api = useApi(database, { KAGGLE_DATA_ROOT: mirror.volume });
  let count = 0;
  let ref = '';

  beforeEach(async () => {
    mirror.kaggle.faults.clear();
    ref = `ada/set-${count++}`;
    await mirror.offer(ref, 1, { 'a.txt': 'one' });
  });

  const source = (...path: string[]) => join(mirror.source, ref, ...path);
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
  /** Asks for these, and gives what was sent to Kaggle for it. */
  const fetch = async (args = [ref], env: Record<string, string> = {}) => {
    mirror.kaggle.seen.length = 0;
    const run = await mirror.fetch(
      args.flatMap((name) => ['--dataset', name]),
      env,
    );
    return { ...run, asked: mirror.kaggle.seen.map(({ on }) => on) };
  };

  it.each([
    ['nothing', null, /Kaggle responded with 404/],
    ['a redirect', 'redirect', /Kaggle responded with 301.*ada\/renamed/],
    ['the other dataset', 'answer', /renamed this dataset to ada\/renamed-\d/],
  ] as const)('keeps a renamed one, for which Kaggle has %s, and says why', async (_what, by, reason) => {
    expect((await fetch()).status).toBe(0);
    const to = `ada/renamed-${count}`;
    await rename(source(), join(mirror.source, to));
    await mirror.offer(to, 2, { 'a.txt': 'another' });
    if (by !== null)
      mirror.kaggle.faults.add({ on: 'GetDataset', ref, times: 2, effect: { kind: 'renamed', to, by } });
    for (const _run of [1, 2]) {
      const { status, stdout, asked } = await fetch();
      expect(status).toBe(1);
      expect(stdout).toMatch(reason);
      expect(asked).toEqual(['GetDataset']);
      const last_error = { type: '/problems/kaggle-gone', detail: expect.stringMatching(reason) };
      expect(await state()).toMatchObject({ state: 'gone', version: 1, stale: true, last_error });
      expect([await served('latest'), await served(1)]).toEqual(['one', 'one']);
    }
    await rename(join(mirror.source, to), source());
    expect((await fetch()).status).toBe(0);
    expect(await state()).toMatchObject({ state: 'ready', version: 2, stale: false, last_error: null });
    expect(await readTree(join(mirror.volume, '.mirror/work'))).toEqual({});
  });

  it('keeps one that was made private, and goes on with someone who may see it', async () => {
    await fetch();
    await mirror.offer(ref, 2, { 'a.txt': 'two' });
    await writeFile(source('dataset-metadata.json'), JSON.stringify({ isPrivate: true }));
    expect((await fetch()).status).toBe(1);
    const last_error = { type: '/problems/kaggle-forbidden', detail: expect.stringContaining('private') };
    expect(await state()).toMatchObject({ state: 'forbidden', version: 1, stale: true, last_error });
    expect(await served('latest')).toBe('one');
    expect((await fetch([ref], { KAGGLE_API_TOKEN: 'KGAT_fake' })).status).toBe(0);
    expect(await state()).toMatchObject({ state: 'ready', version: 2, last_error: null });
  });

  it.each(['newest', 'older', 'pinned'])(
    'keeps and serves a version that was deleted: the %s',
    async (which) => {
      const pin = which === 'pinned' ? [`${ref}/versions/1`] : [];
      expect((await fetch([ref, ...pin])).status).toBe(0);
      await mirror.offer(ref, 2, { 'a.txt': 'two' });
      expect((await fetch([ref, ...pin])).status).toBe(0);
      await rm(source(which === 'newest' ? '2' : '1'), { recursive: true });
      const { status, stdout, asked } = await fetch([ref, ...pin]);
      expect([status, asked]).toEqual([0, ['GetDataset']]);
      expect(stdout).toContain(`${ref} unchanged`);
      expect(await versions()).toEqual(['2 ready', '1 ready']);
      expect([await served('latest'), await served(2), await served(1)]).toEqual(['two', 'two', 'one']);
      for (const name of pin) expect(await served('latest', name)).toBe('one');
      expect(await state()).toMatchObject({ state: 'ready', version: 2, stale: false, last_error: null });
    },
  );

  it('does not bring back a version it would not keep beside the newer one that was deleted', async () => {
    const env = { MIRROR_KEEP_VERSIONS: '1' };
    await fetch([ref], env);
    await mirror.offer(ref, 2, { 'a.txt': 'two' });
    await fetch([ref], env);
    expect(await versions()).toEqual(['2 ready', '1 removed']);
    await rm(source('2'), { recursive: true });
    const { status, stdout } = await fetch([ref], env);
    expect(status).toBe(0);
    expect(stdout).toContain(`${ref} unchanged`);
    expect(await versions()).toEqual(['2 ready', '1 removed']);
    expect(await served('latest')).toBe('two');
  });

  it('says why a pinned version that was deleted before is not there', async () => {
    await mirror.offer(ref, 2, { 'a.txt': 'two' });
    await rm(source('1'), { recursive: true });
    const pinned = `${ref}/versions/1`;
    expect((await fetch([pinned])).status).toBe(1);
    const detail =
      'Kaggle offers no version 1 of this dataset. Check the address. Versions mirrored earlier are kept.';
    const last_error = { type: '/problems/kaggle-gone', detail };
    expect(await state()).toMatchObject({ state: 'gone', version: null, stale: true, last_error });
    const answer = await api.get(`/datasets/${await idOf(pinned)}/versions/latest`);
    expect(answer.json()).toMatchObject({
      type: '/problems/not-available',
      detail: expect.stringContaining(detail),
    });
    expect((await fetch([ref])).status).toBe(1);
    expect([await served('latest', pinned), await served('latest')]).toEqual([404, 'two']);
    expect(await state()).toMatchObject({ version: 2, last_error });
  });
});
