import { describe, expect, test } from 'vitest';
import { hasHelm, only, type Rendered, useCharts } from './helm.ts';
import { modelOf } from './models.ts';

const { render, template } = useCharts();

/** Rendered, and of the shape that Kubernetes and its operators expect. */
function valid(chart: string, values: object): Rendered[] {
  const objects = render(chart, 'local', values);
  for (const object of objects) {
    const Model = modelOf(object);
    if (Model) expect(() => new Model(object).validate()).not.toThrow();
  }
  return objects;
}
const deployment = (own: object, shared: object = {}) =>
  valid('kaggle-data-api', { ...shared, workloads: { api: { kind: 'deployment', ...own } } });
const knative = (own: object, features: object = {}) =>
  valid('kaggle-data-api', { knative: { features }, workloads: { api: own } });
const podOf = (objects: Rendered[]) => only(objects, 'Deployment').spec.template.spec;
const refusal = (chart: string, values: object) => {
  const { ok, stderr } = template(chart, 'local', values);
  expect(ok).toBe(false);
  return stderr;
};

const proxy = {
  image: { repository: 'registry.example.com/proxy', tag: '1.0.0' },
  ports: { proxy: 9000 },
  probes: { readiness: { path: '/ready', port: 9000 } },
  mounts: { shared: { mountPath: '/run/proxy' } },
};
const shared = { volumes: { shared: { emptyDir: {} } } };
const restricted = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
};

describe.skipIf(!hasHelm)('further containers', () => {
  test('of a Deployment are native sidecars, then those that end, in the order of their names', () => {
    const { initContainers, containers, volumes } = podOf(
      deployment({
        ...shared,
        initContainers: { b: { args: ['b.mjs'] }, a: { args: ['a.mjs'], env: { ONLY: 'here' } } },
        sidecars: { proxy },
      }),
    );
    expect(initContainers.map(({ name }: { name: string }) => name)).toEqual(['proxy', 'a', 'b']);
    const [sidecar, first] = initContainers;
    expect(sidecar).toMatchObject({
      image: 'registry.example.com/proxy:1.0.0',
      restartPolicy: 'Always',
      ports: [{ name: 'proxy', containerPort: 9000 }],
      readinessProbe: { httpGet: { path: '/ready', port: 9000 } },
      volumeMounts: [{ name: 'shared', mountPath: '/run/proxy' }],
    });
    expect(first).not.toHaveProperty('restartPolicy');
    expect(first.image).toBe(containers[0].image);
    expect(first.env).toEqual([{ name: 'ONLY', value: 'here' }]);
    for (const container of initContainers) {
      expect(container.securityContext).toMatchObject(restricted);
      expect(container.resources.limits.memory).toBeDefined();
    }
    expect(volumes.map(({ name }: { name: string }) => name)).toContain('shared');
    expect(containers[0].volumeMounts.map(({ name }: { name: string }) => name)).not.toContain('shared');
  });

  test('of a job are native too, so that it ends', () => {
    const objects = valid('fetch-kaggle', { sidecars: { proxy: { ...proxy, mounts: null } } });
    for (const { spec } of objects.filter(({ kind }) => kind === 'CronJob'))
      expect(spec.jobTemplate.spec.template.spec.initContainers[0].restartPolicy).toBe('Always');
  });

  test('of a Knative Service stand beside the one with the port; what ends first needs its flag', () => {
    const { ports: _, probes: __, ...silent } = proxy;
    const objects = knative(
      { ...shared, sidecars: { proxy: silent }, initContainers: { a: { args: ['a.mjs'] } } },
      { 'podspec-init-containers': true },
    );
    const { containers, initContainers } = only(objects, 'Service').spec.template.spec;
    expect(containers.map(({ name }: { name: string }) => name)).toEqual(['kaggle-data-api', 'proxy']);
    expect(containers[1]).not.toHaveProperty('restartPolicy');
    expect(initContainers.map(({ name }: { name: string }) => name)).toEqual(['a']);
    const api = (own: object) => refusal('kaggle-data-api', { workloads: { api: { ...shared, ...own } } });
    expect(api({ initContainers: { a: {} } })).toContain(
      'set knative.features.podspec-init-containers: true',
    );
    expect(api({ sidecars: { proxy } })).toContain(
      '- workloads.api.sidecars.proxy.ports: Knative serves exactly one port',
    );
    expect(api({ sidecars: { proxy } })).toContain(
      "- workloads.api.sidecars.proxy.probes: Knative asks the workload's own container only",
    );
  });

  test('are taken back by null, and the smoke test has none', () => {
    const objects = deployment(
      { sidecars: { proxy: null }, volumes: { shared: null } },
      { ...shared, sidecars: { proxy } },
    );
    expect(podOf(objects)).not.toHaveProperty('initContainers');
    expect(only(deployment({}, { ...shared, sidecars: { proxy } }), 'Pod').spec).not.toHaveProperty(
      'initContainers',
    );
  });

  const refusals: [what: string, own: object, says: string][] = [
    [
      'one port for two',
      { sidecars: { proxy: { ...proxy, ports: { web: 8080 } } } },
      'sidecars.proxy.ports.web: 8080 is port too, and containers of a pod share them; set another one',
    ],
    [
      'one port for two sidecars',
      { sidecars: { proxy, other: proxy } },
      'sidecars.proxy.ports.proxy: 9000 is sidecars.other.ports.proxy too',
    ],
    [
      'one name for two',
      { sidecars: { 'kaggle-data-api': proxy } },
      'sidecars.kaggle-data-api: the workload itself has a container of that name; choose another',
    ],
    [
      'an image of no version',
      { sidecars: { proxy: { ...proxy, image: { repository: 'x/y' } } } },
      'sidecars.proxy.image.tag is empty, as is image.digest: set one of them',
    ],
    [
      'a floating image',
      { initContainers: { a: { image: { repository: 'x/y', tag: 'latest' } } } },
      'initContainers.a.image.tag: "latest" names another image every day',
    ],
    [
      'a volume that is not there',
      { initContainers: { a: { mounts: { none: { mountPath: '/x' } } } } },
      'initContainers.a.mounts.none: there is no such volume; add volumes.none',
    ],
    [
      'a probe of nothing',
      { sidecars: { proxy: { ...proxy, probes: { liveness: { path: '/' } } } } },
      'sidecars.proxy.probes.liveness: needs a port or a command; set one of them',
    ],
    [
      'a volume that nobody mounts',
      { volumes: { alone: { emptyDir: {} } } },
      'volumes.alone.mountPath is missing: say where the container sees it',
    ],
    [
      'a claim of a Deployment',
      { volumes: { own: { claim: { size: '1Gi' }, mountPath: '/own' } } },
      'volumes.own.claim: only a statefulset makes claims',
    ],
    [
      'rights without a token',
      { serviceAccount: { rules: { a: { apiGroups: [''], resources: ['pods'], verbs: ['get'] } } } },
      'serviceAccount.rules: the pod has no token to use them with; set serviceAccount.token: true',
    ],
  ];
  test.for(refusals)('are refused %s', ([, own, says]) => {
    const api = { kind: 'deployment', ...shared, ...own };
    const volumes = { ...shared.volumes, ...(own as typeof shared).volumes };
    const said = refusal('kaggle-data-api', { workloads: { api: { ...api, volumes } } });
    expect(said).toContain(`- workloads.api.${says}`);
  });

  const violations: [what: string, own: object, says: string][] = [
    [
      'a privileged sidecar',
      { sidecars: { x: { securityContext: { privileged: true } } } },
      "additional properties 'privileged' not allowed",
    ],
    [
      'root in a sidecar',
      { sidecars: { x: { securityContext: { runAsUser: 0 } } } },
      'minimum: got 0, want 1',
    ],
    [
      'a folder of the node',
      { volumes: { x: { hostPath: { path: '/' }, mountPath: '/x' } } },
      "additional properties 'hostPath' not allowed",
    ],
    [
      'an NFS folder',
      { volumes: { x: { nfs: { server: 'a', path: '/' }, mountPath: '/x' } } },
      "additional properties 'nfs' not allowed",
    ],
    [
      'all rights',
      { serviceAccount: { rules: { x: { apiGroups: [''], resources: ['*'], verbs: ['*'] } } } },
      "'not' failed",
    ],
  ];
  test.for(violations)('cannot be written down: %s', ([, own, says]) => {
    expect(refusal('kaggle-data-api', own)).toContain(says);
    expect(refusal('kaggle-data-api', { workloads: { api: own } })).toContain(says);
  });
});

describe.skipIf(!hasHelm)('volumes', () => {
  test('are projected and of CSI drivers', () => {
    const { volumes, containers } = podOf(
      deployment({
        volumes: {
          token: {
            projected: { sources: [{ serviceAccountToken: { path: 'token', audience: 'vault' } }] },
            mountPath: '/var/run/token',
          },
          vault: { csi: { driver: 'secrets-store.csi.k8s.io', readOnly: true }, mountPath: '/vault' },
        },
      }),
    );
    expect(volumes).toContainEqual({
      name: 'token',
      projected: { sources: [{ serviceAccountToken: { path: 'token', audience: 'vault' } }] },
    });
    expect(volumes).toContainEqual({
      name: 'vault',
      csi: { driver: 'secrets-store.csi.k8s.io', readOnly: true },
    });
    expect(containers[0].volumeMounts).toContainEqual({
      name: 'token',
      mountPath: '/var/run/token',
      readOnly: true,
    });
    expect(containers[0].volumeMounts).toContainEqual({ name: 'vault', mountPath: '/vault', readOnly: true });
    const csi = { volumes: { vault: { csi: { driver: 'x' }, mountPath: '/vault' } } };
    expect(refusal('kaggle-data-api', csi)).toContain('set knative.features.podspec-volumes-csi: true');
  });
});

describe.skipIf(!hasHelm)('what a service may need besides', () => {
  test('a token and rights in its namespace, for it alone', () => {
    const rules = { leases: { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get'] } };
    const objects = deployment({ serviceAccount: { token: true, rules } });
    expect(podOf(objects)).toMatchObject({
      serviceAccountName: 'kaggle-data-api-api',
      automountServiceAccountToken: true,
    });
    expect(only(objects, 'Role').metadata.name).toBe('kaggle-data-api-api');
    expect(only(objects, 'RoleBinding')).toMatchObject({
      roleRef: { kind: 'Role', name: 'kaggle-data-api-api' },
      subjects: [{ kind: 'ServiceAccount', name: 'kaggle-data-api-api', namespace: 'default' }],
    });
    expect(only(objects, 'Pod').spec.automountServiceAccountToken).toBe(false);
    expect(only(objects, 'Job').spec.template.spec.automountServiceAccountToken).toBe(false);
    expect(refusal('kaggle-data-api', { serviceAccount: { token: true } })).toContain(
      'serviceAccount.token: Knative mounts no token by itself',
    );
  });

  const route = {
    enabled: true,
    gateways: { public: { namespace: 'gateways' } },
    hosts: { 'api.example.com': {} },
    from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'gateways' } } }],
    timeouts: { request: '600s' },
  };

  test('an HTTPRoute, which the policy lets in', () => {
    const objects = deployment({ httpRoute: route });
    expect(only(objects, 'HTTPRoute').spec).toEqual({
      parentRefs: [{ name: 'public', namespace: 'gateways' }],
      hostnames: ['api.example.com'],
      rules: [
        {
          matches: [{ path: { type: 'PathPrefix', value: '/' } }],
          backendRefs: [{ name: 'kaggle-data-api', port: 80 }],
          timeouts: { request: '600s' },
        },
      ],
    });
    const { ingress } = only(objects, 'NetworkPolicy', 'kaggle-data-api').spec;
    expect(ingress).toContainEqual({ from: route.from, ports: [{ port: 8080, protocol: 'TCP' }] });
    expect(refusal('kaggle-data-api', { httpRoute: route })).toContain(
      '- httpRoute.enabled: Knative makes its own routes',
    );
    const bare = refusal('kaggle-data-api', {
      workloads: { api: { kind: 'deployment', httpRoute: { enabled: true } } },
    });
    for (const key of ['gateways', 'hosts', 'from'])
      expect(bare).toContain(`- workloads.api.httpRoute.${key} is empty`);
  });

  test('an autoscaler that goes down slowly, and a priority', () => {
    const behavior = { scaleDown: { stabilizationWindowSeconds: 600 } };
    const objects = deployment({ priorityClassName: 'high', hpa: { enabled: true, behavior } });
    expect(only(objects, 'HorizontalPodAutoscaler').spec.behavior).toEqual(behavior);
    expect(podOf(objects).priorityClassName).toBe('high');
  });

  test('objects of any kind, with templates in them, but none that makes pods', () => {
    const objects = valid('fetch-kaggle', {
      extraObjects: {
        text: 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-text\n',
        map: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: '{{ .Release.Name }}-map' } },
        gone: null,
      },
    });
    const names = objects.filter(({ kind }) => kind === 'ConfigMap').map(({ metadata }) => metadata.name);
    expect(names).toEqual(['fetch-kaggle-map', 'fetch-kaggle-text']);
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' } };
    expect(refusal('fetch-kaggle', { extraObjects: { pod } })).toContain(
      '- extraObjects.pod: a Pod would be without the guards of a workload; write it in workloads',
    );
  });

  test('runs that KEDA starts by need', () => {
    const triggers = {
      queue: {
        type: 'postgresql',
        metadata: { connectionFromEnv: 'DATABASE_URL', query: 'SELECT 1', targetQueryValue: 1 },
        authentication: 'database',
      },
    };
    const queued = { kind: 'scaledjob', schedule: '', keda: { triggers, maxReplicas: 4 } };
    const { metadata, spec } = only(valid('fetch-kaggle', { workloads: { queued } }), 'ScaledJob');
    expect(metadata.name).toBe('fetch-kaggle-queued');
    expect(spec).toMatchObject({ maxReplicaCount: 4, minReplicaCount: 0, pollingInterval: 30 });
    expect(spec.triggers).toEqual([
      {
        name: 'queue',
        type: 'postgresql',
        metadata: { connectionFromEnv: 'DATABASE_URL', query: 'SELECT 1', targetQueryValue: '1' },
        authenticationRef: { name: 'database' },
      },
    ]);
    const [container] = spec.jobTargetRef.template.spec.containers;
    expect(container.args).toEqual(['dist/fetch-kaggle.mjs', '--queued']);
    expect(refusal('fetch-kaggle', { workloads: { queued: { kind: 'scaledjob' } } })).toContain(
      '- workloads.queued.keda.triggers is empty: say what starts a run',
    );
  });
});
