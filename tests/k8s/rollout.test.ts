import { describe, expect, it } from 'vitest';
import { useCharts } from '#tests/charts/helm.ts';
import { hasCluster } from './setup/cluster.ts';
import { eventually } from './setup/eventually.ts';
import { constantLoad, tally } from './setup/load.ts';
import { usePlatform } from './setup/platform.ts';

const REQUESTS = 1_000;
const SHARE = 0.1;
/** Envoy chooses for each request anew. Five standard deviations of a binomial: once in a million runs by chance. */
const tolerance = 5 * Math.sqrt(REQUESTS * SHARE * (1 - SHARE));

describe.skipIf(!hasCluster)('a new version', () => {
  const platform = usePlatform({ api: { knative: { window: '60s' } } });
  const { api, helm } = platform;
  const chart = `${useCharts().folder}/kaggle-data-api`;

  const deploy = (...args: string[]) => platform.deploy(args);
  const service = () => platform.get('ksvc', 'kaggle-data-api');
  const revision = async () => (await service()).status.latestReadyRevisionName as string;
  /** The same image with another setting: another revision. */
  const change = (variable: string, ...args: string[]) =>
    platform.attempt(
      'helm',
      'upgrade',
      'kaggle-data-api',
      chart,
      '--reset-then-reuse-values',
      '--set',
      `env.LOG_LEVEL=${variable}`,
      '--wait',
      ...args,
    );
  const served = async (): Promise<Record<string, number>> => {
    const { status } = await service();
    const shares = status.traffic.map((one: { revisionName: string; percent: number }) => [
      one.revisionName,
      one.percent,
    ]);
    return Object.fromEntries(shares);
  };

  const isCanary = async (): Promise<boolean> => {
    const { status, headers } = await api('/datasets?limit=1');
    expect(status).toBe(200);
    return headers['access-control-allow-origin'] !== undefined;
  };

  it('comes into service under constant load without a failed request', async () => {
    const before = await revision();
    const stop = constantLoad(8, () => api('/datasets?limit=1'));
    const upgraded = await change('debug', '--timeout=120s');
    const counts = await stop();
    expect(upgraded.stderr).not.toContain('Error');
    expect(await revision()).not.toBe(before);
    expect(Object.keys(counts)).toEqual(['200']);
    expect(counts[200]).toBeGreaterThan(50);
  });

  it('as a canary gets its share of the requests, then all of them', async () => {
    const stable = await revision();
    await helm(
      'upgrade',
      'kaggle-data-api',
      chart,
      '--reset-then-reuse-values',
      // A field of the canary's answers that tells them from the others.
      '--set',
      'env.CORS_ORIGINS=*',
      '--set-json',
      `workloads.api.knative.traffic=[{"latestRevision":true,"percent":10},{"latestRevision":false,"revisionName":"${stable}","percent":90}]`,
      '--wait',
      '--timeout=120s',
    );
    const canary = await revision();
    expect(await served()).toEqual({ [canary]: 10, [stable]: 90 });
    await eventually('an answer of the canary', isCanary);
    const answered = await tally(REQUESTS, isCanary);
    process.stdout.write(`the canary answered ${answered} of ${REQUESTS} requests, 10 % are its share\n`);
    expect(answered).toBeGreaterThan(REQUESTS * SHARE - tolerance);
    expect(answered).toBeLessThan(REQUESTS * SHARE + tolerance);
    const promoted = await deploy('--promote');
    expect(promoted.code).toBe(0);
    await eventually('all traffic on the canary', async () => (await served())[canary] === 100);
  });

  it('kn service deploy shares traffic, prints the address, and refuses what makes no sense', async () => {
    const shared = await deploy('--traffic', '10');
    expect(shared.code).toBe(0);
    expect(shared.stdout.trim()).toBe((await service()).status.url);
    expect((await service()).spec.traffic.map(({ percent }: { percent: number }) => percent)).toEqual([
      10, 90,
    ]);
    expect((await deploy('--promote')).code).toBe(0);
    const dry = await deploy('--dry-run', '--image', 'registry.example.com:5000/team/api:2');
    expect(dry.stdout).toContain('image: "registry.example.com:5000/team/api:2"');
    for (const wrong of [
      ['--traffic', '100'],
      ['--no-such-flag'],
      ['--traffic'],
      ['--promote', '--rollback'],
    ]) {
      const refused = await deploy(...wrong);
      expect(refused.code).not.toBe(0);
      expect(refused.stderr).toContain('next: kn service deploy --help');
    }
  });

  it('of one function alone runs in a service of its own', async () => {
    const deployed = await deploy('--function', 'list-datasets');
    expect(deployed.stderr).not.toContain('error:');
    const { status } = await platform.get('ksvc', 'kaggle-data-list-datasets');
    expect(deployed.stdout.trim()).toBe(status.url);
    const alone = platform.ingressTo('kaggle-data-list-datasets');
    expect((await alone('/datasets')).status).toBe(200);
    expect((await alone('/datasets', { method: 'POST', body: { name: 'x' } })).status).toBe(405);
  });

  it('helm rollback returns to the release before, and no request fails meanwhile', async () => {
    const before = (await service()).spec.template.spec.containers[0].env;
    const upgraded = await change('error', '--timeout=120s');
    expect(upgraded.code).toBe(0);
    const stop = constantLoad(4, () => api('/datasets?limit=1'));
    await helm('rollback', 'kaggle-data-api', '--wait', '--timeout=120s');
    expect(Object.keys(await stop())).toEqual(['200']);
    expect((await service()).spec.template.spec.containers[0].env).toEqual(before);
    expect((await api('/datasets')).status).toBe(200);
  });
});
