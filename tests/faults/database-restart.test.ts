import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it, vi } from 'vitest';
import { hasDatabase, useApi } from '#tests/setup/api.ts';
import { readTree, useMirror } from '#tests/setup/mirror.ts';
import { useOwnPostgres } from '#tests/setup/own-postgres.ts';

const CONTENT = { 'a.bin': randomBytes(400_000), 'd/b.csv': 'x,y\n1,2\n' };
const SOON = { timeout: 40_000, interval: 20 };

describe.skipIf(!hasDatabase)(
  'a run of the mirror, when PostgreSQL is started anew',
  { timeout: 120_000 },
  () => {
    const postgres = useOwnPostgres();
    const mirror = useMirror(postgres.database);
    const api = useApi(postgres.database, { KAGGLE_DATA_ROOT: mirror.volume });

    const offerSlowly = async (ref: string) => {
      await mirror.offer(ref, 1, CONTENT);
      mirror.kaggle.faults.add({ on: 'storage', ref, effect: { kind: 'drip', bytesPerSecond: 200_000 } });
    };
    const downloading = (ref: string) =>
      vi.waitFor(async () => {
        const work = join(mirror.volume, '.mirror/work', ref);
        const [dir = ''] = await readdir(work);
        expect((await stat(join(work, dir, 'archive.part'))).size).toBeGreaterThan(0);
      }, SOON);
    const stateOf = async (ref: string) => {
      const { mirrors } = (await api.get('/mirrors?limit=500')).json();
      return mirrors.find((row: { ref: string }) => row.ref === ref);
    };
    const complete = async (ref: string) => {
      const tree = await readTree(join(mirror.volume, 'datasets', ref));
      const files = Object.entries(CONTENT).map(([path, content]) => [
        `versions/1/${path}`,
        content.toString('latin1'),
      ]);
      expect(tree).toEqual({ '1.complete': '', ...Object.fromEntries(files) });
      expect(await readTree(join(mirror.volume, '.mirror/work'))).toEqual({});
      expect(await readTree(join(mirror.volume, '.mirror/trash'))).toEqual({});
      expect(await stateOf(ref)).toMatchObject({
        state: 'ready',
        version: 1,
        last_error: null,
        stale: false,
      });
      const { syncs } = (await api.get('/syncs?limit=500')).json();
      expect(syncs.filter((sync: { ref: string }) => sync.ref === ref)).toMatchObject([
        { state: 'succeeded' },
      ]);
    };

    it.each(['fast', 'immediate'] as const)('ends well after a shutdown that is %s', async (how) => {
      const ref = `ada/${how}`;
      await offerSlowly(ref);
      const child = mirror.start(['--dataset', ref]);
      const output = text(child.stdout as NodeJS.ReadableStream);
      const ended = once(child, 'exit');
      await downloading(ref);
      await postgres.stop(how);
      expect((await api.get('/mirrors')).status).toBe(503);
      expect(child.exitCode).toBeNull();
      await postgres.start();
      expect([await ended, await output]).toEqual([[0, null], expect.stringContaining(`${ref} mirrored`)]);
      await vi.waitFor(async () => expect((await api.get('/mirrors')).status).toBe(200), SOON);
      await complete(ref);
    });

    it('ends well when it comes back only after the files have been fetched', async () => {
      const ref = 'ada/late';
      await offerSlowly(ref);
      const child = mirror.start(['--dataset', ref]);
      const ended = once(child, 'exit');
      await downloading(ref);
      await postgres.stop('immediate');
      const size = async () => {
        const [dir = ''] = await readdir(join(mirror.volume, '.mirror/work', ref));
        return (await stat(join(mirror.volume, '.mirror/work', ref, dir, 'archive.part'))).size;
      };
      await vi.waitFor(async () => expect(await size()).toBeGreaterThan(400_000), SOON);
      expect(child.exitCode).toBeNull();
      await postgres.start();
      expect((await ended)[0]).toBe(0);
      await vi.waitFor(async () => expect((await api.get('/mirrors')).status).toBe(200), SOON);
      await complete(ref);
    });

    it('goes on watching the queue', async () => {
      const child = mirror.start(['--queued', '--watch']);
      const ended = once(child, 'exit');
      const source = (ref: string) => ({ name: ref, source_url: `https://www.kaggle.com/datasets/${ref}` });
      const mirrored = (ref: string) =>
        vi.waitFor(async () => expect(await stateOf(ref)).toMatchObject({ state: 'ready' }), SOON);
      for (const ref of ['ada/watched-1', 'ada/watched-2']) await mirror.offer(ref, 1, CONTENT);
      await api.post('/datasets', source('ada/watched-1'));
      await mirrored('ada/watched-1');
      await postgres.stop('fast');
      await postgres.start();
      await vi.waitFor(
        async () => expect((await api.post('/datasets', source('ada/watched-2'))).status).toBe(201),
        SOON,
      );
      await mirrored('ada/watched-2');
      child.kill('SIGTERM');
      expect((await ended)[0]).toBe(0);
      await complete('ada/watched-2');
    });
  },
);
