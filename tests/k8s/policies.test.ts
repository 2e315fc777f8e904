import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from '#tests/charts/helm.ts';
import { hasCluster } from './setup/cluster.ts';
import { eventually } from './setup/eventually.ts';
import { PROMETHEUS, useMonitoring } from './setup/monitoring.ts';
import { podsOf, useNamespace, usePlatform } from './setup/platform.ts';
import { reaches, startProbe } from './setup/probe-pod.ts';

const COLLECTOR = { 'app.kubernetes.io/name': 'otel-collector' };
/** A collector beside the platform, on the port that the probes listen on. */
const telemetry = {
  env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:8080' },
  networkPolicy: { collector: [{ podSelector: { matchLabels: COLLECTOR } }] },
};

describe.skipIf(!hasCluster)('network policies', () => {
  const platform = usePlatform({
    // Once its pod is ready the gateway asks it directly, not through the activator.
    api: { ...telemetry, knative: { minScale: 1, targetBurstCapacity: 0 } },
    job: { networkPolicy: telemetry.networkPolicy },
  });
  const elsewhere = useNamespace();
  const monitoring = useMonitoring();
  const client = { 'postgres-client': 'true', 'valkey-client': 'true' };
  const services = [
    ['postgres', 5432],
    ['valkey', 6379],
  ] as const;
  let apiPod = { name: '', address: '' };
  let stranger = '';

  beforeAll(async () => {
    await Promise.all([
      startProbe(platform, 'stranger'),
      startProbe(platform, 'client', client),
      startProbe(elsewhere, 'client', client),
    ]);
    const [pod] = await podsOf(platform);
    apiPod = { name: String(pod?.metadata.name), address: pod?.status.podIP };
    stranger = (await platform.get('pod', 'stranger')).status.podIP;
    // Policies take hold a moment after a pod starts.
    await eventually(
      'the policies hold',
      async () => (await reaches(platform, 'stranger', 'postgres', 5432)) === 'dropped',
    );
  });

  it.for(services)('%s is for pods that carry its label', async ([service, port]) => {
    expect(await reaches(platform, 'client', service, port)).toBe('open');
    expect(await reaches(platform, 'stranger', service, port)).toBe('dropped');
  });

  it.for(services)('%s is for its own namespace', async ([service, port]) => {
    expect(await reaches(elsewhere, 'client', `${service}.${platform.name}`, port)).toBe('dropped');
  });

  it.for([8080, 8012, 9464])('port %i of the API is not for other pods', async (port) => {
    expect(await reaches(platform, 'client', apiPod.address, port)).toBe('dropped');
    expect((await platform.api('/health')).status).toBe(200);
  });

  it('the gateway reaches the queue-proxy, and through it the API', async () => {
    const { status } = await platform.get('ksvc', 'kaggle-data-api');
    const told = () =>
      platform.kubectl(
        'get',
        'endpoints',
        status.latestReadyRevisionName,
        '--output=jsonpath={.subsets[*].addresses[*].ip}',
      );
    await eventually(
      'the gateway is told the address of the pod',
      async () => (await told()) === apiPod.address,
    );
    for (let count = 0; count < 5; count += 1) expect((await platform.api('/ready')).status).toBe(200);
  });

  it('Prometheus reads the metrics of the API, from the namespace monitoring and no other', async () => {
    await startProbe(monitoring, PROMETHEUS);
    const from = (port: number) => reaches(monitoring, PROMETHEUS, apiPod.address, port);
    await eventually('the policy lets it in', async () => (await from(9464)) === 'open', 30);
    expect(await from(8080)).toBe('dropped');
    expect(await reaches(elsewhere, 'client', apiPod.address, 9464)).toBe('dropped');
  });

  it('a pod of ours connects to nothing that is not listed', async () => {
    expect(await reaches(platform, 'client', stranger, 8080)).toBe('open');
    expect(await reaches(platform, apiPod.name, stranger, 8080, 'kaggle-data-api')).toBe('dropped');
    expect(await reaches(platform, apiPod.name, 'postgres', 5432, 'kaggle-data-api')).toBe('open');
    expect(await reaches(platform, apiPod.name, 'valkey', 6379, 'kaggle-data-api')).toBe('open');
    expect(await reaches(platform, 'postgres-0', stranger, 8080, 'postgres')).not.toBe('open');
  });

  // What hooks bring and take away again when they have succeeded.
  it.for([
    ['kaggle-data-api', 'migrate'],
    ['postgres', 'roles'],
  ] as const)('of %s the hook %s reaches PostgreSQL alone', async ([release, hook]) => {
    const objects = parse(await platform.helm('get', 'hooks', release)).filter(({ metadata }) =>
      metadata.name.endsWith(hook),
    );
    const policy = objects.find(({ kind }) => kind === 'NetworkPolicy');
    const job = objects.find(({ kind }) => kind === 'Job');
    await platform.apply({ ...policy });
    await startProbe(platform, hook, job?.spec.template.metadata.labels);
    await expectDatabaseAlone(hook);
    await platform.kubectl('delete', 'networkpolicy', String(policy?.metadata.name));
  });

  it('the job reaches PostgreSQL, and not Valkey', async () => {
    const { spec } = await platform.get('cronjob', 'fetch-kaggle');
    await startProbe(platform, 'job', spec.jobTemplate.spec.template.metadata.labels);
    await expectDatabaseAlone('job');
  });

  it('OTLP leaves a pod that has an address to push to, and no other', async () => {
    await startProbe(platform, 'collector', COLLECTOR);
    const collector = (await platform.get('pod', 'collector')).status.podIP;
    const fromJob = () => reaches(platform, 'job', collector, 8080);
    expect(await reaches(platform, 'stranger', collector, 8080)).toBe('open');
    expect(await reaches(platform, apiPod.name, collector, 8080, 'kaggle-data-api')).toBe('open');
    await eventually('the policy holds the job back', async () => (await fromJob()) === 'dropped');
    const upgraded = await platform.make('app', { JOB_VALUES: platform.values('telemetry.json', telemetry) });
    expect(upgraded.code, upgraded.stderr).toBe(0);
    await eventually('the policy lets the job push', async () => (await fromJob()) === 'open');
  });

  async function expectDatabaseAlone(pod: string): Promise<void> {
    const held = async () => (await reaches(platform, pod, stranger, 8080)) === 'dropped';
    await eventually(`the policy of ${pod} holds`, held);
    expect(await reaches(platform, pod, 'postgres', 5432)).toBe('open');
    expect(await reaches(platform, pod, 'valkey', 6379)).toBe('dropped');
  }
});
