import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { useCharts } from '#tests/charts/helm.ts';
import { hasCluster } from './setup/cluster.ts';
import { eventually } from './setup/eventually.ts';
import { controlFakeKaggle, jobValues, offerOf, startFakeKaggle } from './setup/fake-kaggle.ts';
import { usePlatform } from './setup/platform.ts';
import { outcomeOf } from './setup/run.ts';

const [, keda, postgres] = [
  ...readFileSync('docs/workers.md', 'utf8').matchAll(/^```yaml\n(.*?)^```/gms),
].map(([, text = '']) => parse(text));
const { queued } = keda.workloads;
const { queue } = queued.keda.triggers;
const REFS = Array.from({ length: 6 }, (_, index) => `team/set-${index}`);
const BYTES = 600_000;
/** Slow enough that others start before the first one is done: 40 seconds for each. */
const RATE = 15_000;
const offer = offerOf(REFS, BYTES);
/** The kinds may be there without it, to check what is rendered against. */
const operator = [
  'get',
  'deployments',
  '-A',
  '--field-selector',
  'metadata.name=keda-operator',
  '-o',
  'name',
];
const hasKeda = hasCluster && (await outcomeOf('kubectl', operator)).stdout !== '';

describe.skipIf(!hasKeda)('KEDA', { timeout: 300_000 }, () => {
  const triggers = { queue: { ...queue, metadata: { ...queue.metadata, targetQueryValue: '1' } } };
  const platform = usePlatform({
    install: false,
    job: {
      ...jobValues,
      env: { ...jobValues.env, MIRROR_CONCURRENCY: '1', MIRROR_LEASE_SECONDS: '10' },
      workloads: { queued: { ...queued, keda: { ...queued.keda, pollingInterval: 2, triggers } } },
    },
  });
  const { api, kubectl } = platform;
  beforeAll(async () => {
    const outcome = await platform.make('app', {
      POSTGRES_VALUES: platform.values('postgres.json', postgres),
    });
    if (outcome.code !== 0) throw new Error(outcome.stderr);
    await startFakeKaggle(platform, offer);
  }, 300_000);

  const syncs = async () =>
    (await api('/syncs')).json().syncs as {
      ref: string;
      state: string;
      attempts: number;
      bytes_done: number;
    }[];
  const inState = async (wanted: string) => (await syncs()).filter(({ state }) => state === wanted);
  const jobs = () => platform.list('jobs', 'app.kubernetes.io/component=queued');
  const working = async () => (await jobs()).filter(({ status }) => (status.active ?? 0) > 0);
  /** It saw an empty queue after the last Job had ended. */
  const idle = () =>
    eventually('KEDA has nothing to do', async () => {
      if ((await working()).length > 0) return false;
      const { status } = await platform.get('scaledjob', 'fetch-kaggle-queued');
      const conditions = new Map(
        status?.conditions?.map((one: { type: string; status: string }) => [one.type, one.status]),
      );
      return conditions.get('Ready') === 'True' && conditions.get('Active') === 'False';
    });
  const register = async (refs: readonly string[]) => {
    for (const ref of refs) {
      const body = { name: ref, source_url: `https://www.kaggle.com/datasets/${ref}` };
      expect((await api('/datasets', { method: 'POST', body })).status).toBe(201);
    }
  };

  it('starts nothing while nothing waits', async () => {
    await idle();
    expect(await jobs()).toEqual([]);
  });

  it('starts a Job for a sync, which ends, and nothing after it', async () => {
    await register(REFS.slice(0, 1));
    await eventually('the sync is done', async () => (await inState('succeeded')).length === 1);
    await idle();
    for (const { status } of await jobs()) expect(status).toMatchObject({ succeeded: 1 });
  });

  it('starts more next to one that works, as many as it may, and a release ends none', async () => {
    const drip = { kind: 'drip', bytesPerSecond: RATE };
    await controlFakeKaggle(platform, '/faults', [{ on: 'storage', times: 100, effect: drip }]);
    await register(REFS.slice(1, 2));
    await eventually('one works', async () => (await inState('running')).length === 1);
    await register(REFS.slice(2, 3));
    await eventually('two work', async () => (await inState('running')).length === 2);
    await register(REFS.slice(3));
    const most = queued.keda.maxReplicas;
    const held = await eventually('as many work as may', async () => {
      const begun = (await inState('running')).filter(({ bytes_done }) => bytes_done > 0);
      return begun.length === most && begun;
    });
    expect(await inState('queued')).toHaveLength(REFS.length - 1 - most);
    const before = await working();
    expect(before).toHaveLength(most);

    const chart = `${useCharts().folder}/fetch-kaggle`;
    const set = '--set=env.LOG_LEVEL=debug';
    const upgraded = await platform.attempt('helm', 'upgrade', 'fetch-kaggle', chart, '--reuse-values', set);
    expect(upgraded.stderr).toBe('');
    // A Job of the new release is the first that can come after KEDA has seen it.
    await eventually('a sync is done', async () => (await inState('succeeded')).length > 1);
    const uids = new Set((await jobs()).map(({ metadata }) => metadata.uid));
    for (const { metadata } of before) expect(uids).toContain(metadata.uid);
    for (const { ref } of held)
      expect((await syncs()).find((sync) => sync.ref === ref)).toMatchObject({ attempts: 1 });
  });

  it('starts another Job for the sync of a pod that was deleted', async () => {
    const [job] = await eventually('one works', async () => {
      const found = await working();
      return found.length > 0 && found;
    });
    const before = new Map((await syncs()).map(({ ref, attempts }) => [ref, attempts]));
    const pods = `job-name=${job?.metadata.name}`;
    await kubectl('delete', 'pod', '--selector', pods, '--grace-period=0', '--force');
    await eventually('all are done', async () => (await inState('succeeded')).length === REFS.length, 200);
    await idle();
    const again = (await syncs()).filter(({ ref, attempts }) => attempts > Math.max(1, before.get(ref) ?? 0));
    expect(again).toHaveLength(1);
    // The Job of the deleted pod has failed, or its second pod found nothing: as it was stopped in time or killed.
    for (const { metadata, status } of await jobs())
      if (metadata.name !== job?.metadata.name) expect(status).toMatchObject({ succeeded: 1 });
  });
});
