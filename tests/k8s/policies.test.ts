import { beforeAll, describe, expect, it } from 'vitest';
import { hasCluster } from './setup/cluster.ts';
import { eventually } from './setup/eventually.ts';
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
    api: { ...telemetry, knative: { minScale: 1 } },
    job: { networkPolicy: telemetry.networkPolicy },
  });
  const elsewhere = useNamespace();
  const client = { 'postgres-client': 'true', 'valkey-client': 'true' };
  const services = [
    ['postgres', 5432],
    ['valkey', 6379],
  ] as const;
  let apiPod = { name: '', address: '' };

  beforeAll(async () => {
    await Promise.all([
      startProbe(platform, 'stranger'),
      startProbe(platform, 'client', client),
      startProbe(elsewhere, 'client', client),
    ]);
    const [pod] = await podsOf(platform);
    apiPod = { name: String(pod?.metadata.name), address: pod?.status.podIP };
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

  it('a pod of ours connects to nothing that is not listed', async () => {
    const { status } = await platform.get('pod', 'stranger');
    expect(await reaches(platform, 'client', status.podIP, 8080)).toBe('open');
    expect(await reaches(platform, apiPod.name, status.podIP, 8080, 'kaggle-data-api')).toBe('dropped');
    expect(await reaches(platform, apiPod.name, 'postgres', 5432, 'kaggle-data-api')).toBe('open');
    expect(await reaches(platform, apiPod.name, 'valkey', 6379, 'kaggle-data-api')).toBe('open');
    expect(await reaches(platform, 'postgres-0', status.podIP, 8080, 'postgres')).not.toBe('open');
  });

  it('OTLP leaves a pod that has an address to push to, and no other', async () => {
    await startProbe(platform, 'collector', COLLECTOR);
    // What the policy of the job goes by.
    const { spec } = await platform.get('networkpolicy', 'fetch-kaggle');
    await startProbe(platform, 'job', spec.podSelector.matchLabels);
    const collector = (await platform.get('pod', 'collector')).status.podIP;
    const fromJob = () => reaches(platform, 'job', collector, 8080);
    expect(await reaches(platform, 'stranger', collector, 8080)).toBe('open');
    expect(await reaches(platform, apiPod.name, collector, 8080, 'kaggle-data-api')).toBe('open');
    await eventually('the policy holds the job back', async () => (await fromJob()) === 'dropped');
    const upgraded = await platform.make('app', { JOB_VALUES: platform.values('telemetry.json', telemetry) });
    expect(upgraded.code, upgraded.stderr).toBe(0);
    await eventually('the policy lets the job push', async () => (await fromJob()) === 'open');
  });
});
