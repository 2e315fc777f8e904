import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { flagged, flagOf } from './features.ts';
import { charts, environments, hasHelm, type Rendered, useCharts } from './helm.ts';

/** Of operators that a cluster may not have; `.ci/crds` prints what it has to know of most of them. */
const operators = [
  'external-secrets.io',
  'gateway.networking.k8s.io',
  'keda.sh',
  'monitoring.coreos.com',
  'postgresql.cnpg.io',
  'sources.knative.dev',
];

const anywhere = [{ podSelector: {} }];
const namespace = `charts-test-${process.pid}`;

function kubectl(input: string, ...args: string[]) {
  return spawnSync('kubectl', args, { encoding: 'utf8', input });
}

const hasKnative =
  Boolean(process.env.KUBECONFIG) && kubectl('', 'get', 'crd', 'services.serving.knative.dev').status === 0;
if (!hasKnative) console.warn('no dry run on an API server: KUBECONFIG names no cluster with Knative');

const served = new Set(hasKnative ? kubectl('', 'api-versions').stdout.split('\n') : []);
const unknown = operators.filter((group) => ![...served].some((version) => version.startsWith(`${group}/`)));
if (hasKnative && unknown.length > 0) console.warn(`no dry run of what belongs to ${unknown.join(', ')}`);

/** What the API server, its admission and Knative's webhook say of the objects. Pods need their account for real. */
function dryRun(objects: Rendered[]) {
  const accounts = objects.filter(({ kind }) => kind === 'ServiceAccount');
  kubectl(
    JSON.stringify({ apiVersion: 'v1', kind: 'List', items: accounts }),
    'apply',
    '--namespace',
    namespace,
    '--filename',
    '-',
  );
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
  return kubectl(input, 'apply', '--dry-run=server', '--namespace', namespace, '--filename', '-');
}

describe.skipIf(!hasHelm || !hasKnative)('the API server and the webhook of Knative', () => {
  const { render } = useCharts();
  const rendered = (chart: string, environment: string, values: object = {}) =>
    render(chart, environment, values, '--namespace', namespace);

  beforeAll(() => {
    const levels = Object.fromEntries(
      ['enforce', 'warn'].map((level) => [`pod-security.kubernetes.io/${level}`, 'restricted']),
    );
    const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: levels } };
    const { status, stderr } = kubectl(JSON.stringify(object), 'create', '--filename', '-');
    if (status !== 0) throw new Error(stderr);
  });
  afterAll(() => {
    kubectl('', 'delete', 'namespace', namespace, '--wait=false');
  });

  const cases = [
    ...charts.flatMap((chart) => environments.map((environment) => [chart, environment, {}] as const)),
    [
      'kaggle-data-api',
      'local',
      { workloads: { api: { kind: 'deployment' } }, hpa: { enabled: true } },
    ] as const,
    // What no environment has: every kind that is rendered meets the API server somewhere.
    [
      'kaggle-data-api',
      'local',
      {
        workloads: { migrate: { mode: 'init' }, api: { kind: 'deployment' } },
        sidecars: { proxy: { image: { repository: 'dev.local/proxy', tag: '1' }, ports: { proxy: 9000 } } },
        serviceAccount: {
          token: true,
          rules: { pods: { apiGroups: [''], resources: ['pods'], verbs: ['get'] } },
        },
        volumes: {
          shared: { projected: { sources: [{ downwardAPI: { items: [] } }] }, mountPath: '/shared' },
        },
        ingress: { enabled: true, hosts: { 'a.example.com': {} }, from: anywhere },
        replicas: 3,
      },
    ] as const,
    [
      'fetch-kaggle',
      'local',
      { workloads: { worker: { enabled: true }, nightly: { kind: 'job', schedule: '' } } },
    ] as const,
    [
      'fetch-kaggle',
      'local',
      {
        workloads: {
          worker: { enabled: true },
          queued: {
            kind: 'scaledjob',
            schedule: '',
            keda: { triggers: { queue: { type: 'cron', metadata: { start: '0 1 * * *' } } } },
          },
        },
        events: { sink: { ref: { apiVersion: 'v1', kind: 'Service', name: 'receiver' }, to: anywhere } },
      },
    ] as const,
    [
      'kaggle-data-api',
      'local',
      {
        workloads: { api: { kind: 'deployment' } },
        httpRoute: {
          enabled: true,
          gateways: { public: { namespace: 'gateways' } },
          hosts: { 'a.example.com': {} },
          from: anywhere,
          timeouts: { request: '600s' },
        },
        metrics: { monitor: { enabled: true } },
      },
    ] as const,
    [
      'postgres',
      'local',
      { cloudnativepg: { enabled: true }, auth: { password: '', roles: { api: null, job: null } } },
    ] as const,
  ];

  test.for(cases)('take %s in %s without a warning: %o', ([chart, environment, values]) => {
    const known = rendered(chart, environment, values).filter(
      ({ apiVersion }) => !unknown.some((group) => apiVersion.startsWith(`${group}/`)),
    );
    const { status, stdout, stderr } = dryRun(known);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout.trim().split('\n')).toHaveLength(known.length);
  });

  test('assume no feature flag but the one for claims', () => {
    const flags = kubectl(
      '',
      'get',
      'configmap',
      'config-features',
      '--namespace',
      'knative-serving',
      '--output',
      'jsonpath={.data}',
    );
    const enabled = Object.entries(JSON.parse(flags.stdout)).filter(
      ([key, value]) => key.startsWith('kubernetes.') && value === 'enabled',
    );
    expect(enabled.map(([key]) => key)).toEqual(['kubernetes.podspec-persistent-volume-claim']);
  });

  test.for(Object.entries(flagged))(
    'refuse %s, as the chart does while its flag is not acknowledged',
    ([key, value]) => {
      const objects = rendered('kaggle-data-api', 'local', {
        [key]: value,
        knative: { features: { [flagOf(key)]: true } },
      });
      const { status, stderr } = dryRun(
        objects.filter(({ kind, spec }) => kind === 'Service' && spec.template),
      );
      expect(stderr).toMatch(/must not set the field\(s\)|disallowed|feature/i);
      expect(status).not.toBe(0);
    },
  );
});
