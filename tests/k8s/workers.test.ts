import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { hasCluster } from './setup/cluster.ts';
import { eventually } from './setup/eventually.ts';
import { controlFakeKaggle, jobValues, offerOf, startFakeKaggle } from './setup/fake-kaggle.ts';
import { usePlatform } from './setup/platform.ts';

const [, page = ''] = /^```yaml\n(.*?)^```/ms.exec(readFileSync('docs/workers.md', 'utf8')) ?? [];
const { workloads } = parse(page);
const REFS = ['team/one', 'team/two', 'team/three'];
const BYTES = 600_000;
/** Slow enough that the last pod starts before the first one is done: 20 seconds for each. */
const RATE = 30_000;
const content = (ref: string) => createHash('shake256', { outputLength: BYTES }).update(ref).digest();
const offer = offerOf(REFS, BYTES);

describe.skipIf(!hasCluster)('an Indexed Job of three pods', () => {
  const platform = usePlatform({
    job: {
      ...jobValues,
      env: { ...jobValues.env, MIRROR_CONCURRENCY: '1', MIRROR_LEASE_SECONDS: '4' },
      workloads: { ...workloads, ...jobValues.workloads },
    },
  });
  const { api, kubectl } = platform;
  const syncs = async () =>
    (await api('/syncs')).json().syncs as {
      ref: string;
      state: string;
      attempts: number;
      bytes_done: number;
    }[];

  it('mirrors each of three datasets once, although a pod is killed that holds one', async () => {
    await startFakeKaggle(platform, offer);
    await controlFakeKaggle(platform, '/faults', [
      { on: 'storage', times: 100, effect: { kind: 'drip', bytesPerSecond: RATE } },
    ]);
    const ids: [string, number][] = [];
    for (const ref of REFS) {
      const body = { name: ref, source_url: `https://www.kaggle.com/datasets/${ref}` };
      const created = await api('/datasets', { method: 'POST', body });
      ids.push([ref, created.json().id]);
    }
    await kubectl('create', 'job', '--from=cronjob/fetch-kaggle', 'night');
    await eventually('each pod downloads one', async () =>
      (await syncs()).every(({ state, bytes_done }) => state === 'running' && bytes_done > 0),
    );
    const pods = await platform.list('pods', 'job-name=night');
    expect(pods).toHaveLength(3);
    await kubectl('delete', 'pod', String(pods[0]?.metadata.name), '--grace-period=0', '--force');
    await kubectl('wait', '--for=condition=Complete', 'job/night', '--timeout=120s').catch(async (error) => {
      throw new Error(await kubectl('logs', '--selector=job-name=night', '--tail=30'), { cause: error });
    });

    const ended = await syncs();
    expect(ended.map(({ ref, state }) => [ref, state]).toSorted()).toEqual(
      REFS.map((ref) => [ref, 'succeeded']).toSorted(),
    );
    expect(ended.map(({ attempts }) => attempts).toSorted()).toEqual([1, 1, 2]);
    for (const [ref, id] of ids) {
      const { versions } = (await api(`/datasets/${id}/versions`)).json();
      expect(versions).toMatchObject([{ version: 1, state: 'ready' }]);
      const file = await api(`/datasets/${id}/versions/1/files/data.bin`);
      expect(file.body.equals(content(ref)), ref).toBe(true);
    }
    const seen = (await controlFakeKaggle(platform, '/requests')) as {
      on: string;
      ref: string;
      range: string | null;
    }[];
    const downloads = seen.filter(({ on }) => on === 'storage');
    expect(
      downloads
        .filter(({ range }) => range === null)
        .map(({ ref }) => ref)
        .toSorted(),
    ).toEqual(REFS.toSorted());
    // What was downloaded before is not downloaded again.
    expect(downloads.filter(({ range }) => range !== null)).toHaveLength(1);
    const logs = await kubectl('logs', '--selector=job-name=night', '--tail=-1');
    expect(logs.match(/"msg":"run [\w-]+: 3 datasets, 0 failed/g)).toHaveLength(1);
    const { status } = await platform.get('job', 'night');
    expect(status).toMatchObject({ succeeded: 3, completedIndexes: '0-2' });
  });
});
