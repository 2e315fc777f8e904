import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Effect } from '#fake-kaggle/faults.ts';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { readTree, useMirror } from '#tests/setup/mirror.ts';
import { useSql } from '#tests/setup/sql.ts';

const status = (code: number, more: Partial<Extract<Effect, { kind: 'status' }>> = {}): Effect => ({
  kind: 'status',
  status: code,
  ...more,
});
const tooMany = (field: string) => status(429, { headers: { 'retry-after': field } });

/** Once, and what a dataset has come to after a run that met it. */
const PASSING: [name: string, effect: Effect][] = [
  ['429-nested', status(429, { shape: 'nested' })],
  ['429-flat', status(429, { shape: 'flat' })],
  ['429-page', status(429, { shape: 'html' })],
  ['429-at-once', tooMany('0')],
  ['429-a-word', tooMany('soon')],
  ['429-negative', tooMany('-5')],
  ['429-in-the-past', tooMany('Thu, 01 Jan 2015 00:00:00 GMT')],
  ['429-a-second', tooMany('1')],
  ['408', status(408)],
  ['500-text-code', status(500, { shape: 'text-code' })],
  ['503-page', status(503, { shape: 'html' })],
  ['200-page', { kind: 'error-page' }],
  ['reset', { kind: 'reset', at: 0 }],
  ['stall', { kind: 'stall', at: 0 }],
];
/** What 404 means differs: a dataset is gone, an archive is not built yet. */
const LASTING = {
  GetDataset: { 401: ['failed', 'unauthorized'], 403: ['forbidden', 'forbidden'], 404: ['gone', 'gone'] },
  DownloadDataset: {
    401: ['failed', 'unauthorized'],
    403: ['forbidden', 'forbidden'],
    404: ['pending_upstream', 'pending'],
    410: ['pending_upstream', 'pending'],
  },
} as const;

describe.skipIf(!hasDatabase).each(['GetDataset', 'DownloadDataset'] as const)(
  'fetch-kaggle, when %s fails',
  {
    timeout: 120_000,
  },
  (on) => {
    const database = useDatabase();
    const mirror = useMirror(database);
    const api = useApi(database, { KAGGLE_DATA_ROOT: mirror.volume });
    const sql = useSql(database);
    /** Kaggle is asked again, whatever it said. */
    const afterPauses = () => sql('TRUNCATE kaggle_pace');
    beforeEach(async () => {
      await afterPauses();
      mirror.kaggle.faults.clear();
      mirror.kaggle.seen.length = 0;
    });

    const stateOf = async (ref: string) => {
      const { mirrors } = (await api.get('/mirrors?limit=500')).json();
      return mirrors.find((row: { ref: string }) => row.ref === ref);
    };
    const fetch = (refs: readonly string[], env: Record<string, string> = {}) =>
      mirror.fetch(
        refs.flatMap((ref) => ['--dataset', ref]),
        env,
      );
    const asked = (ref: string) =>
      mirror.kaggle.seen.filter((one) => one.ref === ref && one.on === on).length;
    const whole = async (ref: string, version: number) => {
      const tree = await readTree(join(mirror.volume, 'datasets', ref, 'versions', String(version)));
      expect(tree, ref).toEqual({ 'a.txt': `${ref} ${version}` });
    };
    const offer = async (ref: string, version: number) =>
      mirror.offer(ref, version, { 'a.txt': `${ref} ${version}` });

    it('comes through what passes', async () => {
      const refs = PASSING.map(([name]) => `passing/${name}`);
      for (const [name, effect] of PASSING) {
        await offer(`passing/${name}`, 1);
        mirror.kaggle.faults.add({ on, ref: `passing/${name}`, effect });
      }
      const run = await fetch(refs, { MIRROR_CONCURRENCY: '4' });
      expect(run.status, run.stdout + run.stderr).toBe(0);
      // GetDataset is asked again after a download: whether it is still the same dataset.
      const requests = on === 'GetDataset' ? 3 : 2;
      for (const ref of refs) {
        expect([ref, asked(ref)]).toEqual([ref, requests]);
        expect(await stateOf(ref)).toMatchObject({ state: 'ready', version: 1, last_error: null });
        await whole(ref, 1);
      }
      expect(await readTree(join(mirror.volume, '.mirror/work'))).toEqual({});
    });

    it('keeps the version before, and says why, when it is refused or stays broken', async () => {
      const lasting = Object.entries(LASTING[on]).map(([code, [state, slug]]) => {
        const effect: Effect = status(Number(code));
        return { ref: `lasting/${code}`, effect, state, slug: `kaggle-${slug}`, requests: 1 };
      });
      const broken = PASSING.filter(([name]) =>
        ['429-a-word', '500-text-code', '200-page', 'stall'].includes(name),
      );
      const all = [
        ...lasting,
        ...broken.map(([name, effect]) => {
          const slug = name.startsWith('429') ? 'kaggle-rate-limited' : 'kaggle-unavailable';
          return { ref: `lasting/${name}`, effect, state: 'failed', slug, requests: 3 };
        }),
      ];
      const refs = all.map(({ ref }) => ref);
      for (const ref of refs) await offer(ref, 1);
      expect((await fetch(refs)).status).toBe(0);
      mirror.kaggle.seen.length = 0;
      for (const { ref, effect } of all) {
        await offer(ref, 2);
        mirror.kaggle.faults.add({ on, ref, effect, times: 50 });
      }
      const env = { MIRROR_RETRIES: '2', MIRROR_CONCURRENCY: '4' };
      expect((await fetch(refs, env)).status).toBe(1);
      for (const { ref, state, slug, requests } of all) {
        const last_error = { type: `/problems/${slug}` };
        expect(await stateOf(ref)).toMatchObject({ ref, state, version: 1, stale: true, last_error });
        expect([ref, asked(ref)]).toEqual([ref, requests]);
        expect(await readdir(join(mirror.volume, 'datasets', ref, 'versions'))).toEqual(['1']);
        await whole(ref, 1);
      }
      mirror.kaggle.faults.clear();
      const after = await fetch(refs);
      expect(after.status, after.stdout).toBe(0);
      for (const ref of refs) {
        expect(await stateOf(ref)).toMatchObject({ ref, state: 'ready', version: 2, last_error: null });
        await whole(ref, 2);
      }
      expect(await readTree(join(mirror.volume, '.mirror/work'))).toEqual({});
    });

    it.each(['86400', 'Fri, 31 Dec 9999 23:59:59 GMT'])(
      'leaves all that would ask for it to another run when it is to wait for %s',
      async (field) => {
        const refs = [1, 2, 3].map((index) => `patience/${field.length}-${index}`);
        for (const ref of refs) await offer(ref, 1);
        mirror.kaggle.faults.add({ on, ref: refs[0] ?? '', effect: tooMany(field) });
        const { status: code, stdout } = await fetch(refs, { MIRROR_CONCURRENCY: '1' });
        expect(code, stdout).toBe(1);
        expect(refs.map(asked)).toEqual([1, 0, 0]);
        for (const ref of refs) {
          const last_error = {
            type: '/problems/kaggle-rate-limited',
            detail: expect.stringContaining('next run'),
          };
          expect(await stateOf(ref)).toMatchObject({ state: 'failed', stale: true, last_error });
        }
        await afterPauses();
        expect((await fetch(refs)).status).toBe(0);
        for (const ref of refs) await whole(ref, 1);
      },
    );
  },
);
