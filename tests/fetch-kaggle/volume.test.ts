import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { appendFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { readTree, useMirror } from '#tests/setup/mirror.ts';
import { useSql } from '#tests/setup/sql.ts';
import { canMount, useTmpfs } from '#tests/setup/tmpfs.ts';

describe.skipIf(!hasDatabase)('the volume', { timeout: 120_000 }, () => {
  const database = useDatabase();
  const mirror = useMirror(database);
  const api = useApi(database, { KAGGLE_DATA_ROOT: mirror.volume });
  const sql = useSql(database);
  const tmpfs = useTmpfs();

  const folder = (ref: string) => join(mirror.volume, 'datasets', ref);
  const idOf = async (name: string) => {
    const { datasets } = (await api.get('/datasets?limit=500')).json();
    return datasets.find((row: { name: string }) => row.name === name).id as number;
  };
  const aDayLater = () => sql("UPDATE versions SET removed_at = removed_at - interval '1 day'");
  const versions = async (ref: string) => {
    const rows = (await api.get(`/datasets/${await idOf(ref)}/versions`)).json().versions;
    return rows.map(({ version, state }: { version: number; state: string }) => `${version} ${state}`);
  };

  it('keeps the newest versions and the pinned ones, hides the others, and deletes them after a while', async () => {
    const ref = 'ada/kept';
    const env = { MIRROR_KEEP_VERSIONS: '2' };
    for (const version of [1, 2, 3, 4]) {
      await mirror.offer(ref, version, { 'a.txt': `version ${version}` });
      const pin = version === 1 ? ['--dataset', `${ref}/versions/1`] : [];
      expect((await mirror.fetch(['--dataset', ref, ...pin], env)).status).toBe(0);
    }
    expect(await versions(ref)).toEqual(['4 ready', '3 ready', '2 removed', '1 ready']);
    expect((await readdir(folder(ref))).sort()).toEqual([
      '1.complete',
      '3.complete',
      '4.complete',
      'versions',
    ]);
    expect((await readdir(join(folder(ref), 'versions'))).sort()).toEqual(['1', '2', '3', '4']);
    const id = await idOf(ref);
    expect((await api.get(`/datasets/${id}/versions/2/files`)).status).toBe(404);
    expect((await api.get(`/datasets/${id}/versions/2`)).json()).toMatchObject({ state: 'removed' });
    await aDayLater();
    expect((await mirror.fetch(['--sweep'], env)).status).toBe(0);
    expect((await readdir(join(folder(ref), 'versions'))).sort()).toEqual(['1', '3', '4']);
  });

  it('takes a hidden version for good again when it is wanted, without a download', async () => {
    const ref = 'ada/back';
    await mirror.offer(ref, 1, { 'a.txt': 'one' });
    await mirror.fetch(['--dataset', ref]);
    await mirror.offer(ref, 2, { 'a.txt': 'two' });
    await mirror.fetch(['--dataset', ref], { MIRROR_KEEP_VERSIONS: '1' });
    expect(await versions(ref)).toEqual(['2 ready', '1 removed']);
    mirror.kaggle.seen.length = 0;
    await mirror.fetch(['--dataset', `${ref}/versions/1`]);
    expect(await versions(ref)).toEqual(['2 ready', '1 ready']);
    expect(mirror.kaggle.seen.map(({ on }) => on)).toEqual(['GetDataset']);
    expect(await readdir(folder(ref))).toContain('1.complete');
  });

  it('finds changed, lost and added bytes, and fetches those versions again', async () => {
    for (const slug of ['changed', 'lost', 'fine']) {
      await mirror.offer(`eve/${slug}`, 1, { 'a.txt': slug, 'b.txt': 'b' });
      await mirror.fetch(['--dataset', `eve/${slug}`]);
    }
    await writeFile(join(folder('eve/changed'), 'versions/1/a.txt'), 'cHanged');
    await rm(join(folder('eve/lost'), 'versions/1/a.txt'));
    mirror.kaggle.seen.length = 0;
    const { status, stdout } = await mirror.fetch(['--verify']);
    expect(status, stdout).toBe(0);
    expect(await readTree(join(folder('eve/changed'), 'versions/1'))).toEqual({
      'a.txt': 'changed',
      'b.txt': 'b',
    });
    expect(await readTree(join(folder('eve/lost'), 'versions/1'))).toEqual({ 'a.txt': 'lost', 'b.txt': 'b' });
    const fetched = mirror.kaggle.seen.filter(({ on }) => on === 'storage').map(({ ref }) => ref);
    expect(fetched.sort()).toEqual(['eve/changed', 'eve/lost']);
    mirror.kaggle.seen.length = 0;
    expect((await mirror.fetch(['--verify'])).status).toBe(0);
    expect(mirror.kaggle.seen).toEqual([]);
  });

  it('is not verified before what another worker took is repaired', async () => {
    const ref = 'eve/taken';
    await mirror.offer(ref, 1, { 'a.txt': 'a' });
    await mirror.fetch(['--dataset', ref]);
    await appendFile(join(folder(ref), 'versions/1/a.txt'), '!');
    // One that died has it for a moment more.
    await sql(`UPDATE syncs SET state = 'running', finished_at = NULL, lease_until = now() + interval '4 seconds'
      WHERE id = (SELECT max(id) FROM syncs)`);
    expect((await mirror.fetch(['--verify', '--dataset', ref], { MIRROR_LEASE_SECONDS: '5' })).status).toBe(
      0,
    );
    expect(await readTree(join(folder(ref), 'versions/1'))).toEqual({ 'a.txt': 'a' });
  });

  it('keeps what it replaced for as long as someone may still read it', async () => {
    const ref = 'eve/replaced';
    await mirror.offer(ref, 1, { 'a.txt': 'a' });
    await mirror.fetch(['--dataset', ref]);
    await appendFile(join(folder(ref), 'versions/1/a.txt'), '!');
    const trash = join(mirror.volume, '.mirror/trash');
    await rm(trash, { recursive: true, force: true });
    expect((await mirror.fetch(['--verify', '--dataset', ref])).status).toBe(0);
    expect(await readTree(join(folder(ref), 'versions/1'))).toEqual({ 'a.txt': 'a' });
    await mirror.fetch(['--sweep']);
    expect(Object.values(await readTree(trash))).toEqual(['a!']);
    const [name = ''] = await readdir(trash);
    await rename(
      join(trash, name),
      join(
        trash,
        name.replace(/^\d+/, (at) => `${Number(at) - 90_000_000}`),
      ),
    );
    await mirror.fetch(['--sweep']);
    expect(await readdir(trash)).toEqual([]);
  });

  it('keeps damaged files when Kaggle no longer has them', async () => {
    const ref = 'eve/only-here';
    await mirror.offer(ref, 1, { 'a.txt': 'a', 'b.txt': 'b' });
    await mirror.fetch(['--dataset', ref]);
    await appendFile(join(folder(ref), 'versions/1/a.txt'), '!');
    await rm(join(mirror.source, ref), { recursive: true });
    expect((await mirror.fetch(['--verify', '--dataset', ref])).status).toBe(1);
    expect(await readTree(join(folder(ref), 'versions/1'))).toEqual({ 'a.txt': 'a!', 'b.txt': 'b' });
  });

  it('is swept of datasets that no one names any more, after a while', async () => {
    const ref = 'ada/orphan';
    await mirror.offer(ref, 1, { 'a.txt': 'x' });
    await mirror.fetch(['--dataset', ref]);
    await api.send({ method: 'DELETE', url: `/datasets/${await idOf(ref)}` });
    await mirror.fetch(['--sweep']);
    expect(await readdir(folder(ref))).toEqual(['versions']);
    expect(await readTree(join(folder(ref), 'versions/1'))).toEqual({ 'a.txt': 'x' });
    await aDayLater();
    await mirror.fetch(['--sweep']);
    expect(await readTree(folder(ref))).toEqual({});
    expect(await readTree(join(mirror.volume, '.mirror/manifests', ref))).toEqual({});
  });

  it.each([
    ['this release', (manifest: string) => manifest],
    [
      'a release that kept no sums',
      (manifest: string) => manifest.replaceAll(/,?"(md5|archiveMd5)":"[^"]*"/g, ''),
    ],
  ])('has the sums of a version that %s published, and did not record', async (name, published) => {
    const ref = `ada/sums-of-${name.replaceAll(' ', '-')}`;
    const tree = Object.fromEntries(Array.from({ length: 70 }, (_, index) => [`${index}.txt`, `${index}`]));
    await mirror.offer(ref, 1, tree);
    await mirror.fetch(['--dataset', ref]);
    const sums = () =>
      sql(`SELECT path, files.md5, archive_md5, archive_of = tree_sha256 AS known
        FROM files JOIN versions ON versions.id = version_id JOIN mirrors ON mirrors.id = mirror_id
        WHERE ref = '${ref}' ORDER BY path`);
    const recorded = await sums();
    expect(recorded).toMatchObject(
      Object.keys(tree)
        .sort()
        .map((path) => ({ path, known: true })),
    );
    await sql(`DELETE FROM versions USING mirrors WHERE mirrors.id = mirror_id AND ref = '${ref}'`);
    const file = join(mirror.volume, '.mirror/manifests', ref, '1.jsonl');
    const manifest = await readFile(file, 'utf8');
    expect(manifest).toMatch(/"archiveMd5":"/);
    await writeFile(file, published(manifest));
    expect((await mirror.fetch(['--dataset', ref])).status).toBe(0);
    expect(await sums()).toEqual(recorded);
  });

  it('goes on after the database was restored to an earlier state than its working folders', async () => {
    const ref = 'ada/restored';
    await mirror.offer(ref, 1, { 'a.txt': 'x' });
    const left = join(mirror.volume, '.mirror/work', ref, '1.5000');
    await mkdir(join(left, 'tree'), { recursive: true });
    await writeFile(join(left, 'tree/half.txt'), 'ha');
    const { status, stdout } = await mirror.fetch(['--dataset', ref]);
    expect(status, stdout).toBe(0);
    expect(await readTree(join(folder(ref), 'versions'))).toEqual({ '1/a.txt': 'x' });
    expect(await readdir(join(mirror.volume, '.mirror/work', ref))).toEqual([]);
  });

  it('flushes each file where there is no sync, and publishes nothing that cannot be made to last', async () => {
    const bin = join(mirror.source, '../bin');
    await mkdir(bin);
    await mirror.offer('ada/alone', 1, { 'a.txt': 'a', 'd/e/b.txt': 'b' });
    expect((await mirror.fetch(['--dataset', 'ada/alone'], { PATH: bin })).status).toBe(0);
    expect(await readTree(join(folder('ada/alone'), 'versions/1'))).toEqual({
      'a.txt': 'a',
      'd/e/b.txt': 'b',
    });
    await writeFile(join(bin, 'sync'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    const ref = 'ada/fleeting';
    await mirror.offer(ref, 1, { 'a.txt': 'a' });
    expect((await mirror.fetch(['--dataset', ref], { PATH: bin })).status).toBe(1);
    const { json } = await api.get(`/datasets/${await idOf(ref)}/mirror`);
    expect(json()).toMatchObject({
      state: 'failed',
      version: null,
      last_error: { type: '/problems/volume-unavailable' },
    });
    expect(await readTree(folder(ref))).toEqual({});
  });

  it('refuses to begin what it has no room for', async () => {
    const ref = 'ada/large';
    await mirror.offer(ref, 1, { 'a.bin': randomBytes(10_000) });
    const { status } = await mirror.fetch(['--dataset', ref], { MIRROR_MIN_FREE_BYTES: String(2 ** 50) });
    expect(status).toBe(1);
    const { json } = await api.get(`/datasets/${await idOf(ref)}/mirror`);
    expect(json()).toMatchObject({
      state: 'no_space',
      last_error: { type: '/problems/volume-full', status: 507 },
    });
    const free = await api.get(`/datasets/${await idOf(ref)}/versions/latest`);
    expect(free.json()).toMatchObject({ status: 503, type: '/problems/not-ready' });
  });

  it.runIf(canMount)(
    'recovers when it fills up during a download, and when it is read-only for a time',
    async () => {
      const ref = 'ada/full';
      await mirror.offer(ref, 1, { 'a.bin': randomBytes(1_500_000) });
      const root = mkdtempSync(join(tmpdir(), 'kaggle-small-'));
      tmpfs.mount(root, '6m');
      const env = { KAGGLE_DATA_ROOT: root };
      mirror.kaggle.faults.add({ on: 'storage', ref, effect: { kind: 'drip', bytesPerSecond: 600_000 } });
      const child = mirror.start(['--dataset', ref], env);
      const ended = once(child, 'exit');
      // Files come and go meanwhile.
      const names = () => readdir(root, { recursive: true }).catch(() => []);
      while (!(await names()).some((path) => path.endsWith('archive.part'))) await sleep(20);
      await writeFile(join(root, 'filler'), Buffer.alloc(8_000_000)).catch(() => {});
      expect((await ended)[0]).toBe(1);
      const { json } = await api.get(`/datasets/${await idOf(ref)}/mirror`);
      expect(json()).toMatchObject({ state: 'no_space', version: null });
      await rm(join(root, 'filler'));
      execFileSync('mount', ['-o', 'remount,ro', root]);
      const { status, stdout } = await mirror.fetch(['--dataset', ref], env);
      expect(status).toBe(3);
      expect(stdout).toContain('the volume cannot be used. Check KAGGLE_DATA_ROOT.');
      execFileSync('mount', ['-o', 'remount,rw', root]);
      expect((await mirror.fetch(['--dataset', ref], env)).status).toBe(0);
      expect(Object.keys(await readTree(join(root, 'datasets')))).toEqual([
        `${ref}/1.complete`,
        `${ref}/versions/1/a.bin`,
      ]);
    },
  );
});
