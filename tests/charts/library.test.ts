import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { hasHelm, only, type Rendered, useCharts } from './helm.ts';
import { workloadsOf } from './workloads.ts';

const { render } = useCharts();

const deployment = { workloads: { api: { kind: 'deployment' } } };
const api = (values: object) => render('kaggle-data-api', 'local', values);
const revision = (objects: Rendered[]) => {
  const workload = workloadsOf(objects).find(({ kind }) => kind === 'Service' || kind === 'Deployment');
  if (!workload) throw new Error('no service');
  return { ...workload, container: workload.spec.containers[0] };
};
const variable = (objects: Rendered[], name: string) =>
  revision(objects).container.env.find((entry: { name: string }) => entry.name === name);

describe.skipIf(!hasHelm)('values', () => {
  test('false, 0 and the empty string win over a default', () => {
    const { container, annotations } = revision(
      api({
        securityContext: { readOnlyRootFilesystem: false },
        knative: { minScale: 0 },
        probes: { liveness: { path: '' } },
      }),
    );
    expect(container.securityContext.readOnlyRootFilesystem).toBe(false);
    expect(annotations).toMatchObject({ 'autoscaling.knative.dev/min-scale': '0' });
    expect(container.livenessProbe).toEqual({ tcpSocket: { port: 8080 } });
    expect(only(api({ ...deployment, replicas: 0 }), 'Deployment').spec.replicas).toBe(0);
  });

  test('null takes an entry back, whoever set it', () => {
    const { spec, container } = revision(
      api({ env: { LOG_LEVEL: null }, volumes: { tmp: null }, probes: { liveness: null } }),
    );
    expect(container.env.map(({ name }: { name: string }) => name)).not.toContain('LOG_LEVEL');
    expect(spec.volumes.map(({ name }: { name: string }) => name)).toEqual(['data']);
    expect(container.livenessProbe).toBeUndefined();
    const flows = (values: object) =>
      only(api(values), 'NetworkPolicy', 'kaggle-data-api').spec.egress.length;
    expect(flows({ networkPolicy: { egress: { dns: null } } })).toBe(flows({}) - 1);
  });

  test('numbers and booleans become strings that Kubernetes takes, in full', () => {
    const objects = api({ env: { MIN_FREE: 107374182400, DEBUG: true, ZERO: 0 } });
    expect(['MIN_FREE', 'DEBUG', 'ZERO'].map((name) => variable(objects, name).value)).toEqual([
      '107374182400',
      'true',
      '0',
    ]);
    expect(revision(api({ image: { tag: 1234567 } })).container.image).toBe(
      'dev.local/kaggle-data-api:1234567',
    );
  });

  test('a variable is named once, and the chart that uses the library wins', () => {
    const { env } = revision(api({ ...deployment, env: { DATABASE_URL: 'postgres://elsewhere' } })).container;
    const names = env.map(({ name }: { name: string }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(env).toContainEqual({ name: 'DATABASE_URL', value: 'postgres://elsewhere' });
  });

  test('a digest wins over a tag', () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    expect(revision(api({ image: { tag: '1', digest } })).container.image).toBe(
      `dev.local/kaggle-data-api@${digest}`,
    );
  });
});

describe.skipIf(!hasHelm)('a changed', () => {
  const annotations = (values: object) => revision(api(values)).annotations;
  const secret = (text: string, more: object = {}) => ({
    secrets: { extra: { data: { TOKEN: text }, ...more } },
  });

  test('Secret makes a new revision', () => {
    expect(annotations(secret('a'))).not.toEqual(annotations(secret('b')));
    expect(annotations(secret('a'))).toEqual(annotations(secret('a')));
  });

  test('ConfigMap makes a new revision, as variables and as files', () => {
    const config = (text: string, mountPath?: string) => ({
      configMaps: { extra: { data: { KEY: text }, ...(mountPath && { mountPath }) } },
    });
    expect(annotations(config('a'))).not.toEqual(annotations(config('b')));
    expect(annotations(config('a', '/etc/extra'))).not.toEqual(annotations(config('b', '/etc/extra')));
  });

  test('database URL makes a new revision, and is kept in a Secret', () => {
    const url = (password: string) => ({
      externalDatabase: { existingSecret: '', url: `postgres://u:${password}@db/x` },
    });
    expect(annotations(url('a'))).not.toEqual(annotations(url('b')));
    expect(only(api(url('a')), 'Secret', 'kaggle-data-api-database').stringData).toEqual({
      DATABASE_URL: 'postgres://u:a@db/x',
    });
  });

  test('Secret that says so makes none', () => {
    const quiet = { restartOnChange: false };
    expect(annotations(secret('a', quiet))).toEqual(annotations(secret('b', quiet)));
  });

  test('Secret makes new pods of a Deployment and of a job', () => {
    const deployment = (text: string) => annotations({ ...deployment, ...secret(text) });
    expect(deployment('a')).not.toEqual(deployment('b'));
    const job = (text: string) => workloadsOf(render('fetch-kaggle', 'local', secret(text)))[0]?.annotations;
    expect(job('a')).not.toEqual(job('b'));
  });
});

describe.skipIf(!hasHelm)('Knative', () => {
  test('finds every setting under the name it knows, as a string, on the revision', () => {
    const { annotations, spec } = revision(
      api({
        knative: {
          minScale: 1,
          maxScale: 20,
          initialScale: 2,
          activationScale: 3,
          class: 'kpa.autoscaling.knative.dev',
          metric: 'rps',
          target: 150,
          targetUtilization: 80,
          targetBurstCapacity: -1,
          window: '90s',
          panicWindow: 12.5,
          panicThreshold: 300,
          scaleDownDelay: '2m',
          retention: '5m',
          progressDeadline: '10m',
          containerConcurrency: 0,
          timeoutSeconds: 120,
          responseStartTimeoutSeconds: 10,
          idleTimeoutSeconds: 20,
          queueProxy: { cpuResourceRequest: '10m', memoryResourceLimit: '64Mi' },
        },
      }),
    );
    expect(annotations).toEqual({
      'autoscaling.knative.dev/activation-scale': '3',
      'autoscaling.knative.dev/class': 'kpa.autoscaling.knative.dev',
      'autoscaling.knative.dev/initial-scale': '2',
      'autoscaling.knative.dev/max-scale': '20',
      'autoscaling.knative.dev/metric': 'rps',
      'autoscaling.knative.dev/min-scale': '1',
      'autoscaling.knative.dev/panic-threshold-percentage': '300',
      'autoscaling.knative.dev/panic-window-percentage': '12.5',
      'autoscaling.knative.dev/scale-down-delay': '2m',
      'autoscaling.knative.dev/scale-to-zero-pod-retention-period': '5m',
      'autoscaling.knative.dev/target': '150',
      'autoscaling.knative.dev/target-burst-capacity': '-1',
      'autoscaling.knative.dev/target-utilization-percentage': '80',
      'autoscaling.knative.dev/window': '90s',
      'queue.sidecar.serving.knative.dev/cpu-resource-request': '10m',
      'queue.sidecar.serving.knative.dev/memory-resource-limit': '64Mi',
      'serving.knative.dev/progress-deadline': '10m',
    });
    expect(spec).toMatchObject({
      containerConcurrency: 0,
      timeoutSeconds: 120,
      responseStartTimeoutSeconds: 10,
      idleTimeoutSeconds: 20,
    });
  });

  test('probes fast, and asks for life only', () => {
    const { readinessProbe, livenessProbe } = revision(api({})).container;
    expect(readinessProbe).toEqual({ httpGet: { path: '/health', port: 8080 } });
    expect(livenessProbe).toEqual({ httpGet: { path: '/health', port: 8080 } });
  });

  test('gets what belongs to the service on the service', () => {
    const { metadata, spec } = only(
      api({
        knative: {
          visibility: 'cluster-local',
          rolloutDuration: '120s',
          ingressClass: 'kourier.ingress.networking.knative.dev',
          traffic: [
            { revisionName: 'kaggle-data-api-00001', percent: 90, tag: 'stable' },
            { latestRevision: true, percent: 10 },
          ],
        },
      }),
      'Service',
    );
    expect(metadata.labels).toMatchObject({ 'networking.knative.dev/visibility': 'cluster-local' });
    expect(metadata.annotations).toEqual({
      'networking.knative.dev/ingress-class': 'kourier.ingress.networking.knative.dev',
      'serving.knative.dev/rollout-duration': '120s',
    });
    expect(spec.traffic.map(({ percent }: { percent: number }) => percent)).toEqual([90, 10]);
  });

  test('is left to split traffic by hand when the values do not', () => {
    expect(only(api({}), 'Service').spec).not.toHaveProperty('traffic');
  });

  test('spreads over zones only where the cluster lets it', () => {
    const spread = (features: object) =>
      revision(api({ zones: 2, knative: { features } })).spec.topologySpreadConstraints;
    expect(spread({})).toBeUndefined();
    expect(spread({ 'podspec-topologyspreadconstraints': true })).toMatchObject([
      { topologyKey: 'topology.kubernetes.io/zone', minDomains: 2 },
    ]);
  });
});

describe.skipIf(!hasHelm)('the smoke test', () => {
  const hooks = (values: object) =>
    api(values)
      .filter(({ metadata }) => metadata.name === 'kaggle-data-api-smoke-test')
      .map(({ kind, metadata }) => [
        kind,
        metadata.annotations?.['helm.sh/hook'],
        Number(metadata.annotations?.['helm.sh/hook-weight']),
      ]);

  test('ends an install with Knative, after the migrations', () => {
    expect(hooks({})).toEqual([
      ['NetworkPolicy', 'post-install,test', -10],
      ['Pod', 'post-install,test', 10],
    ]);
  });

  test('is asked for by hand elsewhere, and can be off', () => {
    const byHand = [
      ['NetworkPolicy', 'test', -10],
      ['Pod', 'test', 10],
    ];
    expect(hooks(deployment)).toEqual(byHand);
    expect(hooks({ smokeTest: { onInstall: false } })).toEqual(byHand);
    expect(hooks({ smokeTest: { enabled: false } })).toEqual([]);
  });
});

describe.skipIf(!hasHelm)('migrations', () => {
  const hooksOf = (objects: Rendered[]) =>
    objects.filter(({ metadata }) => metadata.annotations?.['helm.sh/hook'] === 'post-install,pre-upgrade');
  const hooks = (values: object) => hooksOf(api(values));

  test('bring what they need before the release has it', () => {
    const objects = hooks({
      externalDatabase: { existingSecret: '', url: 'postgres://new' },
      workloads: { migrate: { externalDatabase: { existingSecret: '' } } },
    });
    const weights = objects.map(({ kind, metadata }) => [
      kind,
      metadata.name,
      metadata.annotations?.['helm.sh/hook-weight'],
    ]);
    expect(weights.toSorted()).toEqual([
      ['Job', 'kaggle-data-api-migrate', '0'],
      ['NetworkPolicy', 'kaggle-data-api-migrate', '-10'],
      ['Secret', 'kaggle-data-api-migrate-database', '-10'],
      ['ServiceAccount', 'kaggle-data-api-migrate', '-10'],
    ]);
    expect(only(objects, 'Secret').stringData).toEqual({ DATABASE_URL: 'postgres://new' });
    const { spec } = only(objects, 'Job').spec.template;
    expect(spec.serviceAccountName).toBe('kaggle-data-api-migrate');
    expect(spec.containers[0].envFrom).toEqual([{ secretRef: { name: 'kaggle-data-api-migrate-database' } }]);
  });

  test('read a Secret that is there already', () => {
    const objects = hooks({});
    expect(objects.map(({ kind }) => kind)).not.toContain('Secret');
    expect(only(objects, 'Job').spec.template.spec.containers[0].env).toContainEqual({
      name: 'DATABASE_URL',
      valueFrom: { secretKeyRef: { name: 'postgres-app', key: 'uri' } },
    });
  });

  test('take the Secret of the API unless they have their own, and may be off', () => {
    const objects = hooks({
      externalDatabase: { existingSecret: 'one-for-all' },
      workloads: { migrate: { externalDatabase: { existingSecret: '' } } },
    });
    expect(only(objects, 'Job').spec.template.spec.containers[0].env).toContainEqual({
      name: 'DATABASE_URL',
      valueFrom: { secretKeyRef: { name: 'one-for-all', key: 'uri' } },
    });
    const addressed = hooks({
      workloads: { migrate: { externalDatabase: { existingSecret: '', url: 'postgres://own' } } },
    });
    expect(only(addressed, 'Secret').stringData).toEqual({ DATABASE_URL: 'postgres://own' });
    expect(hooks({ workloads: { migrate: null } })).toEqual([]);
  });

  test('may run in a container of the pod, as the page of the chart has it', () => {
    const readme = readFileSync(
      join(import.meta.dirname, '../../helm/charts/kaggle-data-api/README.md'),
      'utf8',
    );
    const [, values = ''] = /```yaml\n(knative:\n.*?)```/s.exec(readme) ?? [];
    const objects = api(parse(values));
    expect(hooksOf(objects)).toEqual([]);
    const [migrate, ...others] = revision(objects).spec.initContainers;
    expect(others).toEqual([]);
    expect(migrate.image).toBe(revision(objects).container.image);
    expect(migrate.args).toEqual(['dist/migrate.mjs']);
    expect(migrate.env).toContainEqual({
      name: 'DATABASE_URL',
      valueFrom: { secretKeyRef: { name: 'postgres-app', key: 'uri' } },
    });
  });
});
