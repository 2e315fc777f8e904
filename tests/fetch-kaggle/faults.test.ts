import { randomBytes } from 'node:crypto';
import { mkdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Effect } from '#fake-kaggle/faults.ts';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { readTree, useMirror } from '#tests/setup/mirror.ts';
import { rawZip } from '#tests/setup/raw-zip.ts';
import { isSlow } from '#tests/setup/sample.ts';
import { tarGz } from '#tests/setup/unpacking.ts';

const CONTENT = { 'random.bin': randomBytes(1_500_000), 'd/table.csv': 'x,y\n1,2\n' };

/** Not by a reset: that throws away what the receiver has not read yet, so how much arrives is left to chance. */
const BREAK_OFF: Effect = { kind: 'truncate', at: 700_000, declared: 'full' };

describe.skipIf(!hasDatabase)('fetch-kaggle, when Kaggle misbehaves', { timeout: 120_000 }, () => {
  const database = useDatabase();
  const mirror = useMirror(database);
  const api = useApi(database, { KAGGLE_DATA_ROOT: mirror.volume });
  let count = 0;
  let ref = '';

  beforeEach(async () => {
    mirror.kaggle.faults.clear();
    Object.assign(mirror.kaggle.settings, { archive: 'zip', checksums: 'both' });
    mirror.kaggle.seen.length = 0;
    ref = `ada/set-${count++}`;
    await mirror.offer(ref, 1, CONTENT);
  });

  const place = (version = 1) => join(mirror.volume, 'datasets', ref, 'versions', String(version));
  const complete = async () => {
    const tree = await readTree(mirror.volume);
    const expected = Object.entries(CONTENT).map(([path, content]) => [path, content.toString('latin1')]);
    expect(await readTree(place())).toEqual(Object.fromEntries(expected));
    expect(tree[`datasets/${ref}/1.complete`]).toBe('');
    expect(
      Object.keys(tree).filter(
        (path) => path.startsWith('.mirror/trash') || path.startsWith(`.mirror/work/${ref}/`),
      ),
    ).toEqual([]);
  };
  const state = async () => {
    const { mirrors } = (await api.get('/mirrors?limit=500')).json();
    return mirrors.find((row: { ref: string }) => row.ref === ref);
  };
  const storage = (effect: Effect, more: object = {}) =>
    mirror.kaggle.faults.add({ on: 'storage', ref, effect, ...more });

  const passing: [what: string, effect: Effect][] = [
    ['breaks the connection', { kind: 'reset', at: 700_000 }],
    ['breaks the connection at once', { kind: 'reset', at: 0 }],
    ['stops sending', { kind: 'stall', at: 700_000 }],
    ['ends early, with the full length declared', { kind: 'truncate', at: 700_000, declared: 'full' }],
    ['ends early, with a short length declared', { kind: 'truncate', at: 700_000, declared: 'short' }],
    ['ends early, with no length declared', { kind: 'truncate', at: 700_000, declared: 'none' }],
    ['sends a page in place of bytes', { kind: 'error-page' }],
    ['turns a bit', { kind: 'corrupt', at: 900_000 }],
    ['is down', { kind: 'status', status: 503 }],
    ['says the address has expired', { kind: 'expired' }],
    ['asks to wait', { kind: 'status', status: 429, headers: { 'retry-after': '1' } }],
  ];
  it.each(passing)('comes through when the storage %s', async (_what, effect) => {
    storage(effect);
    const { status, stdout, stderr } = await mirror.fetch(['--dataset', ref]);
    expect(status, stdout + stderr).toBe(0);
    await complete();
  });

  it('goes on where it stopped, and asks for just the rest', async () => {
    storage(BREAK_OFF);
    await mirror.fetch(['--dataset', ref]);
    const ranges = mirror.kaggle.seen.filter(({ on }) => on === 'storage').map(({ range }) => range);
    expect(ranges).toEqual([null, expect.stringMatching(/^bytes=[1-9]\d{4,}-$/)]);
    await complete();
  });

  it.each<[string, Effect]>([
    ['sends the whole in answer to a range', { kind: 'ignore-range' }],
    ['has another object by then', { kind: 'change-etag' }],
    ['sends a page in answer to a range', { kind: 'error-page' }],
    ['is down then', { kind: 'status', status: 500 }],
    ['says the address has expired then', { kind: 'expired' }],
    ['breaks again', { kind: 'reset', at: 1_000_000 }],
  ])('comes through when the storage breaks off, and %s', async (_what, effect) => {
    storage(BREAK_OFF);
    storage(effect);
    const { status, stdout, stderr } = await mirror.fetch(['--dataset', ref]);
    expect(status, stdout + stderr).toBe(0);
    await complete();
  });

  it.each(['crc32c', 'none'] as const)('mirrors archives with %s alone, and as tar.gz', async (checksums) => {
    Object.assign(mirror.kaggle.settings, { archive: checksums === 'none' ? 'tar.gz' : 'zip', checksums });
    expect((await mirror.fetch(['--dataset', ref])).status).toBe(0);
    await complete();
  });

  it('notices damage by crc32c alone', async () => {
    mirror.kaggle.settings.checksums = 'crc32c';
    storage({ kind: 'corrupt', at: 900_000 }, { times: 2 });
    const { status } = await mirror.fetch(['--dataset', ref]);
    expect(status).toBe(1);
    expect(await state()).toMatchObject({
      state: 'failed',
      last_error: { type: '/problems/archive-damaged' },
    });
    expect(await readTree(place())).toEqual({});
  });

  it('gives up on a checksum that stays wrong, and keeps nothing of it', async () => {
    storage({ kind: 'corrupt', at: 900_000 }, { times: 9 });
    const { status, stdout } = await mirror.fetch(['--dataset', ref]);
    expect(status).toBe(1);
    expect(stdout).toContain('the md5 that its storage declares');
    expect(mirror.kaggle.seen.filter(({ on }) => on === 'storage')).toHaveLength(2);
    const tree = Object.keys(await readTree(mirror.volume)).filter((path) => path.includes(ref));
    expect(tree).toEqual([]);
    expect(await state()).toMatchObject({ state: 'failed', stale: true, version: null });
  });

  it('waits for an archive that is not built yet, and serves what it has', async () => {
    await mirror.fetch(['--dataset', ref]);
    await mirror.offer(ref, 2, { 'new.csv': 'x' });
    mirror.kaggle.faults.add({ on: 'DownloadDataset', ref, effect: { kind: 'status', status: 404 } });
    expect((await mirror.fetch(['--dataset', ref])).status).toBe(0);
    expect(await state()).toMatchObject({ state: 'pending_upstream', version: 1, stale: true });
    expect((await mirror.fetch(['--dataset', ref])).status).toBe(0);
    expect(await state()).toMatchObject({ state: 'ready', version: 2, stale: false, last_error: null });
  });

  it('keeps serving what it has when a dataset is made private or taken down', async () => {
    await mirror.fetch(['--dataset', ref]);
    for (const [status, expected] of [
      [403, 'forbidden'],
      [404, 'gone'],
    ] as const) {
      mirror.kaggle.faults.add({ on: 'GetDataset', ref, effect: { kind: 'status', status } });
      await mirror.fetch(['--dataset', ref]);
      expect(await state()).toMatchObject({ state: expected, version: 1, stale: true });
      const { datasets } = (await api.get('/datasets?limit=500')).json();
      const { id } = datasets.find(({ name }: { name: string }) => name === ref);
      expect((await api.get(`/datasets/${id}/versions/latest/files/d/table.csv`)).text).toBe('x,y\n1,2\n');
    }
  });

  it('does not know a dataset that Kaggle does not know', async () => {
    const { status, stdout } = await mirror.fetch(['--dataset', 'nobody/nothing']);
    expect(status).toBe(1);
    expect(stdout).toContain('nobody/nothing failed');
    expect(stdout).toContain('Kaggle responded with 404');
  });

  it('says that a pinned version is not offered, and mirrors the others', async () => {
    const { status, stdout } = await mirror.fetch(['--dataset', ref, '--dataset', `${ref}/versions/7`]);
    expect(status).toBe(1);
    expect(stdout).toContain('Kaggle offers no version 7');
    await complete();
  });

  it('records how each dataset of a run ended, well or not', async () => {
    const refs = Array.from({ length: 12 }, (_, index) =>
      index % 2 === 0 ? `mixed/good-${index}` : `mixed/gone-${index}`,
    );
    for (const name of refs) if (name.includes('good')) await mirror.offer(name, 1, { 'a.txt': name });
    const args = refs.flatMap((name) => ['--dataset', name]);
    const { status, stdout } = await mirror.fetch(args, { MIRROR_CONCURRENCY: '1' });
    expect(status).toBe(1);
    expect(stdout).not.toContain('could not be recorded');
    const { mirrors } = (await api.get('/mirrors?limit=500')).json();
    for (const row of mirrors.filter((candidate: { ref: string }) => candidate.ref.startsWith('mixed/')))
      expect(row).toMatchObject({ state: row.ref.includes('good') ? 'ready' : 'gone' });
  });

  it('gives up after as many repeats as it may', async () => {
    mirror.kaggle.faults.add({ on: 'GetDataset', ref, times: 100, effect: { kind: 'status', status: 500 } });
    const { status } = await mirror.fetch(['--dataset', ref], { MIRROR_RETRIES: '3' });
    expect(status).toBe(1);
    expect(mirror.kaggle.seen).toHaveLength(4);
    expect(await state()).toMatchObject({
      last_error: { type: '/problems/kaggle-unavailable', status: 502 },
    });
  });

  it('asks Kaggle once for a dataset that has not changed', async () => {
    await mirror.fetch(['--dataset', ref]);
    mirror.kaggle.seen.length = 0;
    const { stdout } = await mirror.fetch(['--dataset', ref]);
    expect(stdout).toContain(`${ref} unchanged`);
    expect(mirror.kaggle.seen.map(({ on }) => on)).toEqual(['GetDataset']);
  });

  it.each([
    ['a token', { KAGGLE_API_TOKEN: 'KGAT_fake' }, 'bearer'],
    ['a token as the key', { KAGGLE_USERNAME: 'fake', KAGGLE_KEY: 'KGAT_fake' }, 'bearer'],
    [
      'user name and key',
      { KAGGLE_USERNAME: 'fake', KAGGLE_KEY: '0123456789abcdef0123456789abcdef' },
      'basic',
    ],
  ])('signs in to Kaggle with %s, and never to the storage', async (_what, env, kind) => {
    // Each request once, on a slow machine too.
    const patient = { ...env, MIRROR_IDLE_TIMEOUT: '60000' };
    const { status, stdout } = await mirror.fetch(['--dataset', ref], patient);
    expect(status).toBe(0);
    const sent = mirror.kaggle.seen.map(({ on, credentials }) => [on, credentials]);
    expect(sent).toEqual([
      ['GetDataset', kind],
      ['DownloadDataset', kind],
      ['storage', null],
      ['GetDataset', kind],
      ['GetDatasetMetadata', kind],
      ['ListDatasetFiles', kind],
    ]);
    expect(stdout).not.toContain('KGAT_fake');
    expect(stdout).not.toContain('X-Goog-Signature');
  });

  it('does not follow a redirect to a host that is not allowed', async () => {
    // The fake redirects to the name it was asked under: behind another one that is a stranger.
    const target = new URL(mirror.kaggle.baseUrl.replace('localhost', '127.0.0.1'));
    const { status, stdout } = await mirror.fetch(['--dataset', ref], {
      KAGGLE_BASE_URL: `http://localhost:${await relay(target)}/api/v1`,
    });
    expect(status).toBe(1);
    expect(stdout).toContain('which KAGGLE_DOWNLOAD_HOSTS does not name');
    expect(mirror.kaggle.seen.filter(({ on }) => on === 'storage')).toEqual([]);
  });

  describe('with archives of others', () => {
    beforeAll(async () => {
      for (const [slug, name] of Object.entries({ up: '../evil', link: 'link' })) {
        await mkdir(join(mirror.source, 'mallory', slug), { recursive: true });
        const member = { name, content: '/etc/passwd', ...(slug === 'link' && { mode: 0o120777 }) };
        await writeFile(
          join(mirror.source, 'mallory', slug, '1.zip'),
          rawZip([{ name: 'ok', content: 'x' }, member]),
        );
      }
      await mkdir(join(mirror.source, 'mallory/tar'));
      const members = [{ name: 'ok.bin', content: randomBytes(3_000_000) }, { name: '../evil' }];
      await writeFile(join(mirror.source, 'mallory/tar/1.tar.gz'), await tarGz(members));
    });

    it.each(['up', 'link', 'tar'])('refuses a hostile one (%s) once and for all', async (slug) => {
      ref = `mallory/${slug}`;
      const { status, stdout } = await mirror.fetch(['--dataset', ref]);
      expect(status).toBe(1);
      expect(stdout).toMatch(/leaves its folder|link or a device/);
      expect(await state()).toMatchObject({
        state: 'failed',
        last_error: { type: '/problems/archive-refused' },
      });
      expect(mirror.kaggle.seen.filter(({ on }) => on === 'storage')).toHaveLength(1);
      const left = Object.keys(await readTree(mirror.volume)).filter((path) => path.includes('mallory'));
      expect(left).toEqual([]);
    });

    it('serves the names of an odd one as they are', async () => {
      ref = 'ada/odd';
      const files = { 'd\\b.csv': 'one', 'd/a': 'two', 'D/a': 'three', 'é?#%': 'four', 'e\u0301': 'five' };
      const members = Object.entries(files).map(([name, content]) => ({ name, content }));
      await mkdir(join(mirror.source, ref), { recursive: true });
      const archive = rawZip([{ name: './' }, { name: '/' }, ...members], { behind: Buffer.from('\n') });
      await writeFile(join(mirror.source, ref, '1.zip'), archive);
      const { status, stdout } = await mirror.fetch(['--dataset', ref]);
      expect(status, stdout).toBe(0);
      const { datasets } = (await api.get('/datasets?limit=500')).json();
      const { id } = datasets.find(({ name }: { name: string }) => name === ref);
      const version = `/datasets/${id}/versions/1`;
      for (const [path, content] of Object.entries(files)) {
        const address = path.split('/').map(encodeURIComponent).join('/');
        expect((await api.get(`${version}/files/${address}`)).text, path).toBe(content);
      }
      const listed = (await api.get(`${version}/files`))
        .json()
        .files.map((file: { path: string }) => file.path);
      expect(listed.sort()).toEqual(Object.keys(files).sort());
    });

    it.runIf(isSlow)('takes as many zeros as Kaggle announces', async () => {
      ref = 'ada/zeros';
      await mirror.offer(ref, 1, { 'zeros.bin': '' });
      await truncate(join(mirror.source, ref, '1/zeros.bin'), 540 << 20);
      // The fake makes the archive before it sends any of it.
      const { status, stdout } = await mirror.fetch(['--dataset', ref], { MIRROR_IDLE_TIMEOUT: '60000' });
      expect(status, stdout).toBe(0);
      expect(await stat(join(place(), 'zeros.bin'))).toMatchObject({ size: 540 << 20 });
      await rm(join(mirror.volume, 'datasets', ref), { recursive: true });
    });
  });
});

/** An API that redirects as the one at `target` does, under another name. */
async function relay(target: URL): Promise<number> {
  const server = createServer(async (request, response) => {
    const answer = await fetch(new URL(request.url ?? '/', target.origin), {
      method: 'POST',
      body: await text(request),
      redirect: 'manual',
    });
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}
