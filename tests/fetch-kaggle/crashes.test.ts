import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createRandom } from '#tests/load/random.ts';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { useMirror } from '#tests/setup/mirror.ts';
import { useProxy } from '#tests/setup/proxy.ts';
import { isSlow, seed } from '#tests/setup/sample.ts';
import { eachAtOnce, wholeMirrors } from '#tests/setup/whole-mirrors.ts';

const CLOCK = `--import=${resolve(import.meta.dirname, '../setup/clock-backwards.ts')}`;
const CONTENT = { 'a.bin': randomBytes(400_000), 'd/b.csv': 'x,y\n1,2\n', 'd/e/c.txt': 'c' };
const MOMENTS = isSlow ? 20 : 5;
/** So many that threads unpack them. */
const MANY = {
  ...CONTENT,
  ...Object.fromEntries(
    Array.from({ length: 300 }, (_, index) => [`m/${index % 7}/${index}.txt`, `${index}`]),
  ),
};

describe.skipIf(!hasDatabase)('fetch-kaggle, when it is struck down', () => {
  const database = useDatabase();
  const proxy = useProxy(database);
  const mirror = useMirror(database);
  const api = useApi(database, { KAGGLE_DATA_ROOT: mirror.volume });

  const { folder, work, sums, published, complete } = wholeMirrors(mirror, api);

  it(`is whole after kill -9 at ${MOMENTS} random moments, and a plain run`, {
    timeout: 300_000,
  }, async () => {
    const random = createRandom(seed);
    const moments = Array.from({ length: MOMENTS }, () => 200 + random() * 1_000);
    const refs = moments.map((_, index) => `random/r-${index}`);
    for (const ref of refs) await mirror.offer(ref, 1, MANY);
    await eachAtOnce(
      moments.map((moment, index) => ({ moment, ref: refs[index] ?? '' })),
      async ({ moment, ref }) => {
        const child = mirror.start(['--dataset', ref]);
        await Promise.race([sleep(moment), once(child, 'exit')]);
        child.kill('SIGKILL');
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
        // Whatever it came to: what is shown is whole.
        if (existsSync(join(folder(ref), '1.complete'))) expect(await published(ref)).toEqual(sums(MANY));
      },
    );
    const args = refs.flatMap((ref) => ['--dataset', ref]);
    const { status, stdout, stderr } = await mirror.fetch(args);
    expect(status, stdout + stderr).toBe(0);
    await complete(refs, MANY);
  });

  it('goes on with a download that another process began', async () => {
    const ref = 'ada/resumed';
    await mirror.offer(ref, 1, CONTENT);
    mirror.kaggle.faults.add({ on: 'storage', ref, effect: { kind: 'stall', at: 262_144 } });
    const patient = { MIRROR_IDLE_TIMEOUT: '60000' };
    const child = mirror.start(['--dataset', ref], patient);
    await partOf(ref);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect((await mirror.fetch(['--dataset', ref], patient)).status).toBe(0);
    const asked = mirror.kaggle.seen
      .filter((request) => request.ref === ref)
      .map(({ on, range }) => [on, range]);
    expect(asked).toEqual([
      ['GetDataset', null],
      ['DownloadDataset', null],
      ['storage', null],
      ['GetDataset', null],
      ['storage', expect.stringMatching(/^bytes=[1-9]\d+-$/)],
      ['GetDataset', null],
      ['GetDatasetMetadata', null],
      ['ListDatasetFiles', null],
    ]);
    await complete([ref], CONTENT);
  });

  it('is taken over when it freezes, and does no harm when it wakes', async () => {
    const ref = 'ada/frozen';
    await mirror.offer(ref, 1, CONTENT);
    mirror.kaggle.faults.add({ on: 'storage', ref, effect: { kind: 'drip', bytesPerSecond: 100_000 } });
    const frozen = mirror.start(['--dataset', ref]);
    const ended = once(frozen, 'exit');
    await partOf(ref);
    frozen.kill('SIGSTOP');
    const second = await mirror.fetch(['--dataset', ref]);
    expect(second.stdout).toContain(`${ref} mirrored version 1`);
    await complete([ref], CONTENT);
    frozen.kill('SIGCONT');
    expect((await ended)[0]).toBe(0);
    await complete([ref], CONTENT);
    const [sync] = (await api.get('/syncs?limit=1')).json().syncs;
    expect(sync).toMatchObject({ ref, state: 'succeeded', attempts: 2 });
  });

  it('leaves a dataset to the job that is working on it', async () => {
    const ref = 'ada/busy';
    await mirror.offer(ref, 1, CONTENT);
    mirror.kaggle.faults.add({ on: 'storage', ref, effect: { kind: 'drip', bytesPerSecond: 60_000 } });
    const first = mirror.start(['--dataset', ref]);
    const ended = once(first, 'exit');
    await partOf(ref);
    const second = await mirror.fetch(['--dataset', ref]);
    expect(second.stdout).toContain('another job is mirroring');
    expect((await ended)[0]).toBe(0);
    expect(
      mirror.kaggle.seen.filter((request) => request.ref === ref && request.on === 'storage'),
    ).toHaveLength(1);
    await complete([ref], CONTENT);
  });

  it('stops within a second when its sync is cancelled', async () => {
    const ref = 'ada/cancelled';
    await mirror.offer(ref, 1, CONTENT);
    mirror.kaggle.faults.add({ on: 'storage', ref, effect: { kind: 'drip', bytesPerSecond: 20_000 } });
    const child = mirror.start(['--dataset', ref]);
    const ended = once(child, 'exit');
    await partOf(ref);
    const [sync] = (await api.get('/syncs?state=running')).json().syncs;
    expect((await api.send({ method: 'DELETE', url: `/syncs/${sync.id}` })).status).toBe(202);
    const asked = performance.now();
    await ended;
    expect(performance.now() - asked).toBeLessThan(3_000);
    expect((await api.get(`/syncs/${sync.id}`)).json()).toMatchObject({ state: 'cancelled' });
    expect(await readdir(join(folder(ref), 'versions')).catch(() => [])).toEqual([]);
  });

  it.each([
    // It was to mirror this dataset, and has not.
    ['--dataset', 1],
    // It was to work as long as it may: the queue has the rest.
    ['--queued', 0],
  ])('gives its work back on a signal that comes twice, and with %s exits with %i', async (mode, status) => {
    const ref = `ada/stopped${mode}`;
    await mirror.offer(ref, 1, CONTENT);
    mirror.kaggle.faults.add({ on: 'storage', ref, effect: { kind: 'drip', bytesPerSecond: 20_000 } });
    const source_url = `https://www.kaggle.com/datasets/${ref}`;
    await api.post('/datasets', { name: ref, source_url });
    const child = mirror.start(mode === '--queued' ? [mode] : [mode, ref]);
    const ended = once(child, 'exit');
    await partOf(ref);
    child.kill('SIGTERM');
    child.kill('SIGHUP');
    expect((await ended)[0]).toBe(status);
    const [sync] = (await api.get('/syncs?limit=1')).json().syncs;
    expect(sync).toMatchObject({ ref, state: 'queued' });
    expect((await mirror.fetch(['--queued'])).status).toBe(0);
    await complete([ref], CONTENT);
  });

  it('lives through a database that refuses for a time', async () => {
    const ref = 'ada/restarted';
    await mirror.offer(ref, 1, CONTENT);
    mirror.kaggle.faults.add({ on: 'storage', ref, effect: { kind: 'drip', bytesPerSecond: 200_000 } });
    const child = mirror.start(['--dataset', ref], { DATABASE_URL: proxy.url });
    const ended = once(child, 'exit');
    await partOf(ref);
    proxy.set('refusing');
    await sleep(4_000);
    proxy.set('open');
    expect((await ended)[0]).toBe(0);
    await complete([ref], CONTENT);
  });

  it('says that the database is down, and touches nothing', async () => {
    proxy.set('refusing');
    const { status, stdout } = await mirror.fetch(['--dataset', 'ada/x'], { DATABASE_URL: proxy.url });
    proxy.set('open');
    expect(status).toBe(3);
    expect(stdout).toContain('the database is unreachable. Check DATABASE_URL.');
    expect(stdout).not.toContain('stack');
  });

  it('does not care for a clock that runs backwards', async () => {
    const ref = 'ada/backwards';
    await mirror.offer(ref, 1, CONTENT);
    mirror.kaggle.faults.add({ on: 'storage', ref, effect: { kind: 'reset', at: 200_000 } });
    const { status, stderr } = await mirror.fetch(['--dataset', ref], { NODE_OPTIONS: CLOCK });
    expect(status, stderr).toBe(0);
    await complete([ref], CONTENT);
  });

  /** Waits until a download has come some way. */
  async function partOf(ref: string) {
    for (const end = performance.now() + 20_000; performance.now() < end; await sleep(20)) {
      const [dir = ''] = await readdir(work(ref)).catch(() => []);
      const part = await stat(join(work(ref), dir, 'archive.part')).catch(() => null);
      if (part && part.size > 0) return;
    }
    throw new Error(`the download of ${ref} did not begin`);
  }
});
