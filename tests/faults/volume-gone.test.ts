import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it, vi } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { readTree, useMirror } from '#tests/setup/mirror.ts';
import { canMount, useTmpfs } from '#tests/setup/tmpfs.ts';

const CONTENT = { 'a.bin': randomBytes(400_000), 'd/b.csv': 'x,y\n1,2\n' };

describe.skipIf(!hasDatabase)('a volume that is gone', { timeout: 120_000 }, () => {
  const database = useDatabase();
  const mirror = useMirror(database);
  const api = useApi(database, { KAGGLE_DATA_ROOT: mirror.volume });
  const tmpfs = useTmpfs();

  const published = Object.fromEntries(
    Object.entries(CONTENT).map(([path, content]) => [`versions/1/${path}`, content.toString('latin1')]),
  );
  const complete = async (ref: string) => {
    expect(await readTree(join(mirror.volume, 'datasets', ref))).toEqual({ '1.complete': '', ...published });
    expect(await readTree(join(mirror.volume, '.mirror/work'))).toEqual({});
    expect(await stateOf(ref)).toMatchObject({ state: 'ready', version: 1, last_error: null });
  };
  const stateOf = async (ref: string) => {
    const { mirrors } = (await api.get('/mirrors?limit=500')).json();
    return mirrors.find((row: { ref: string }) => row.ref === ref);
  };
  const idOf = async (ref: string) => {
    const { datasets } = (await api.get('/datasets?limit=500')).json();
    return datasets.find(({ name }: { name: string }) => name === ref).id as number;
  };

  /** A job that is in the middle of a download. */
  async function downloading(ref: string, others: readonly string[] = []) {
    for (const name of [ref, ...others]) await mirror.offer(name, 1, CONTENT);
    mirror.kaggle.faults.add({ on: 'storage', ref, effect: { kind: 'drip', bytesPerSecond: 200_000 } });
    const refs = [ref, ...others].flatMap((name) => ['--dataset', name]);
    const child = mirror.start(refs, { MIRROR_CONCURRENCY: '1' });
    const output = text(child.stdout as NodeJS.ReadableStream);
    const ended = once(child, 'exit');
    await vi.waitFor(
      async () => {
        const work = join(mirror.volume, '.mirror/work', ref);
        const [dir = ''] = await readdir(work);
        expect((await stat(join(work, dir, 'archive.part'))).size).toBeGreaterThan(0);
      },
      { timeout: 40_000, interval: 20 },
    );
    return async () => ({ status: (await ended)[0] as number, stdout: await output });
  }

  const failed = async (ref: string) => {
    expect(await stateOf(ref)).toMatchObject({
      state: 'failed',
      version: null,
      last_error: {
        type: '/problems/volume-unavailable',
        status: 503,
        detail: expect.stringMatching(/volume/),
      },
    });
  };

  it.each([
    ['cannot be made', '/sys/none/volume'],
    ['is a file', join(mirror.source, 'file/volume')],
  ])('ends a run with 3 and the reason when the folder %s', async (_what, root) => {
    await writeFile(join(mirror.source, 'file'), '');
    const { status, stdout } = await mirror.fetch(['--dataset', 'ada/none'], { KAGGLE_DATA_ROOT: root });
    expect(status).toBe(3);
    expect(stdout).toContain('the volume cannot be used. Check KAGGLE_DATA_ROOT.');
    expect(stdout).not.toContain('"stack"');
    expect(mirror.kaggle.seen).toEqual([]);
  });

  it('fails a sync with the reason when it is removed during the download', async () => {
    const ref = 'ada/removed';
    const run = await downloading(ref);
    await rm(mirror.volume, { recursive: true });
    const { status, stdout } = await run();
    expect(status, stdout).toBe(1);
    expect(stdout).toContain(`${ref} failed`);
    await failed(ref);
    expect((await mirror.fetch(['--dataset', ref])).status).toBe(0);
    await complete(ref);
  });

  it.runIf(canMount)(
    'fails a sync with the reason when it is unmounted, and writes nothing below',
    async () => {
      await rm(mirror.volume, { recursive: true, force: true });
      tmpfs.mount(mirror.volume, '20m');
      const [ref, next] = ['ada/unmounted', 'ada/after-it'];
      const run = await downloading(ref, [next]);
      tmpfs.unmount(mirror.volume);
      const { status, stdout } = await run();
      expect(status, stdout).toBe(1);
      for (const each of [ref, next]) await failed(each);
      expect(await readTree(mirror.volume)).toEqual({});
      tmpfs.mount(mirror.volume, '20m');
      expect((await mirror.fetch(['--dataset', ref, '--dataset', next])).status).toBe(0);
      for (const each of [ref, next]) await complete(each);
    },
  );

  it('is 503 to whoever asks for files, and not ready, until it is back', async () => {
    const ref = 'ada/served';
    await mirror.offer(ref, 1, CONTENT);
    expect((await mirror.fetch(['--dataset', ref])).status).toBe(0);
    const version = `/datasets/${await idOf(ref)}/versions/1`;
    const routes = [`${version}/files/a.bin`, `${version}/files/d/b.csv`, `${version}/archive`];
    const ask = (headers = {}) => Promise.all(routes.map((route) => api.get(route, headers)));
    for (const { status } of await ask()) expect(status).toBe(200);
    const away = `${mirror.volume}.away`;
    await rename(mirror.volume, away);
    for (const there of [false, true]) {
      if (there) await mkdir(mirror.volume);
      for (const headers of [{}, { range: 'bytes=0-3' }])
        for (const { status, headers: answered, text: body } of await ask(headers)) {
          expect([status, JSON.parse(body).type]).toEqual([503, '/problems/volume-unavailable']);
          expect(Number(answered['retry-after'])).toBeGreaterThan(0);
          expect(body).not.toContain(mirror.volume);
        }
    }
    await rm(mirror.volume, { recursive: true });
    expect((await api.get('/ready')).json()).toMatchObject({
      checks: { volume: expect.not.stringMatching(/^ok$/) },
    });
    expect((await api.get(version)).status).toBe(200);
    await rename(away, mirror.volume);
    for (const { status } of await ask()) expect(status).toBe(200);
    expect((await api.get('/ready')).json()).toMatchObject({ checks: { volume: 'ok' } });
  });
});
