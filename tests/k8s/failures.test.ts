import { describe, expect, it } from 'vitest';
import { hasCluster } from './setup/cluster.ts';
import { eventually } from './setup/eventually.ts';
import { podsOf, usePlatform } from './setup/platform.ts';

describe.skipIf(!hasCluster)('when parts of the platform fail', () => {
  // Long enough that no test meets a start from zero by chance.
  const platform = usePlatform({ api: { env: { RATE_LIMIT: '100000' }, knative: { window: '60s' } } });
  const { api, kubectl } = platform;
  const answers = (status: number) => async () => (await api('/datasets')).status === status;

  it('a pod that is deleted is replaced while requests are answered', async () => {
    const [pod] = await podsOf(platform);
    await kubectl('delete', 'pod', String(pod?.metadata.name), '--wait=false');
    for (let count = 0; count < 20; count += 1) expect((await api('/datasets')).status).toBe(200);
    await eventually('another pod', async () =>
      (await podsOf(platform)).some(({ metadata }) => metadata.uid !== pod?.metadata.uid),
    );
  });

  it('PostgreSQL away is 503 with Retry-After, and its return needs no restart', async () => {
    await api('/datasets');
    const [before] = await podsOf(platform);
    await kubectl('scale', 'statefulset/postgres', '--replicas=0');
    await kubectl('wait', '--for=delete', 'pod/postgres-0', '--timeout=90s');
    const started = Date.now();
    const refused = await api('/datasets');
    expect([refused.status, refused.headers['content-type']]).toEqual([
      503,
      expect.stringMatching(/^application\/problem\+json/),
    ]);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(Date.now() - started).toBeLessThan(6_000);
    expect((await api('/health')).status).toBe(200);
    await kubectl('scale', 'statefulset/postgres', '--replicas=1');
    await eventually('answers again', answers(200));
    const [after] = await podsOf(platform);
    expect(after?.metadata.uid).toBe(before?.metadata.uid);
    expect(restarts(after)).toBe(0);
  });

  it('PostgreSQL killed comes back with its data', async () => {
    const created = await api('/datasets', { method: 'POST', body: { name: 'kept' } });
    const killed = await platform.get('pod', 'postgres-0');
    await kubectl('delete', 'pod', 'postgres-0', '--grace-period=0', '--force');
    await eventually('another postgres-0', async () => {
      const { metadata, status } = await platform.get('pod', 'postgres-0');
      return metadata.uid !== killed.metadata.uid && status.containerStatuses?.[0]?.ready;
    });
    const path = `/datasets/${created.json().id}`;
    const found = await eventually('answers again', async () => {
      const answer = await api(path);
      return answer.status === 200 && answer;
    });
    expect(found.json()).toEqual(created.json());
  });

  it('without Valkey requests are served, and with it again they are counted in it', async () => {
    const counted = () =>
      kubectl(
        'exec',
        'deployment/valkey',
        '--',
        'valkey-cli',
        '--scan',
        '--pattern',
        'kaggle-data-api:rate:*',
      );
    const countedAgain = () =>
      eventually('counted in Valkey', async () => (await answers(200)()) && (await counted()) !== '', 30);
    await countedAgain();
    await kubectl('scale', 'deployment/valkey', '--replicas=0');
    await kubectl('wait', '--for=delete', 'pod', '--selector=app.kubernetes.io/name=valkey', '--timeout=60s');
    for (let count = 0; count < 10; count += 1) expect((await api('/datasets')).status).toBe(200);
    await kubectl('scale', 'deployment/valkey', '--replicas=1');
    await kubectl('rollout', 'status', 'deployment/valkey', '--timeout=60s');
    expect(await counted()).toBe('');
    await countedAgain();
    const [pod] = await podsOf(platform);
    expect(restarts(pod)).toBe(0);
  });
});

const restarts = (pod: { status: { containerStatuses: { restartCount: number }[] } } | undefined) =>
  pod?.status.containerStatuses.reduce((sum, { restartCount }) => sum + restartCount, 0);
