import { describe, expect, test } from 'vitest';
import { flagged, flagOf } from './features.ts';
import { hasHelm, useCharts } from './helm.ts';

const { template } = useCharts();

const workload = (own: object) => ({ workloads: { api: own } });
const deployment = workload({ kind: 'deployment' });
const peer = { podSelector: { matchLabels: { app: 'x' } } };

/** Values that the schema lets through, one by one, but that cannot be installed; and what is said of them. */
const cases: [chart: string, what: string, values: object, says: string][] = [
  [
    'kaggle-data-api',
    'no image',
    { image: { repository: '' } },
    "image.repository is empty: set it to the image's repository, for example registry.example.com/team/kaggle-data-api",
  ],
  [
    'kaggle-data-api',
    'a floating tag',
    { image: { tag: 'latest' } },
    'image.tag: "latest" names another image every day: set an exact version, or image.digest',
  ],
  [
    'kaggle-data-api',
    'no database',
    { externalDatabase: { existingSecret: '' } },
    "externalDatabase is empty: set existingSecret to the name of a Secret that holds the database's URI, or url to the URI itself",
  ],
  [
    'kaggle-data-api',
    'two databases',
    { externalDatabase: { url: 'postgres://x' } },
    'externalDatabase: url and existingSecret are both set; keep one of them and set the other to ""',
  ],
  [
    'kaggle-data-api',
    'a Secret from two places',
    { secrets: { a: { data: { K: 'v' }, existingSecret: 'b' } } },
    'secrets.a: needs exactly one of data, existingSecret and externalSecret; set the others to null',
  ],
  [
    'kaggle-data-api',
    'a ConfigMap from nowhere',
    { configMaps: { a: { mountPath: '/etc/a' } } },
    'configMaps.a: needs exactly one of data and existingConfigMap; set the other to null',
  ],
  [
    'kaggle-data-api',
    'a volume from nowhere',
    { volumes: { a: { mountPath: '/a' } } },
    'volumes.a: needs exactly one source, such as emptyDir or persistentVolumeClaim, and has none; set the others to null',
  ],
  [
    'kaggle-data-api',
    'PORT as a variable',
    { env: { PORT: 80 } },
    'env.PORT: it is set for the container already; remove it, and set port',
  ],
  [
    'kaggle-data-api',
    'one port for two things',
    { metrics: { port: 8080 } },
    'metrics.port: 8080 is the port of the service too; set another one',
  ],
  [
    'kaggle-data-api',
    'a monitor without metrics',
    { metrics: { enabled: false, monitor: { enabled: true } } },
    'metrics.monitor.enabled: there is nothing to read while metrics.enabled is false; set that to true',
  ],

  [
    'kaggle-data-api',
    'replicas with Knative',
    { replicas: 0 },
    'replicas: Knative scales by itself; remove it and set knative.minScale and knative.maxScale, or set kind: deployment',
  ],
  [
    'kaggle-data-api',
    'an autoscaler with Knative',
    { hpa: { enabled: true } },
    'hpa.enabled: Knative scales by itself; set it to false and use knative.minScale, knative.maxScale and knative.target, or set kind: deployment',
  ],
  [
    'kaggle-data-api',
    'a budget with Knative',
    { pdb: { enabled: true } },
    'pdb.enabled: a budget would keep nodes from being drained while Knative scales; set it to false and use knative.minScale, or set kind: deployment',
  ],
  [
    'kaggle-data-api',
    'an Ingress with Knative',
    { ingress: { enabled: true } },
    'ingress.enabled: Knative makes its own routes; set it to false and use knative.domains, or set kind: deployment',
  ],
  [
    'kaggle-data-api',
    'hooks with Knative',
    { lifecycle: { preStop: { sleep: { seconds: 5 } } } },
    'lifecycle: Knative accepts no hooks and drains connections by itself; remove it, or set kind: deployment',
  ],
  [
    'kaggle-data-api',
    'a grace period with Knative',
    { terminationGracePeriodSeconds: 60 },
    'terminationGracePeriodSeconds: Knative takes knative.timeoutSeconds for it; set that, or set kind: deployment',
  ],
  [
    'kaggle-data-api',
    'several ports with Knative',
    { ports: { grpc: 9000, admin: 9001 } },
    'ports: Knative serves exactly one port, the one in port; remove admin, grpc, or set kind: deployment',
  ],
  [
    'kaggle-data-api',
    "a port of Knative's own",
    { port: 8012 },
    "port: 8012 belongs to Knative's queue-proxy; set another one, such as 8080",
  ],
  [
    'kaggle-data-api',
    'a protocol that is not HTTP with Knative',
    { protocol: 'tcp' },
    'protocol: Knative speaks HTTP only; set http or h2c, or set kind: deployment',
  ],
  [
    'kaggle-data-api',
    'a reserved mount path',
    { volumes: { d: { emptyDir: {}, mountPath: '/dev' } } },
    'volumes.d.mountPath: Knative reserves /dev; set another path',
  ],
  [
    'kaggle-data-api',
    'a readiness probe that Knative rejects',
    { probes: { readiness: { failureThreshold: 3 } } },
    'probes.readiness: without periodSeconds Knative asks every 50 ms and takes neither failureThreshold nor timeoutSeconds; remove them, or set periodSeconds too',
  ],
  [
    'kaggle-data-api',
    'more pods at least than at most',
    { knative: { minScale: 3, maxScale: 2 } },
    'knative.minScale: 3 is more than knative.maxScale, 2; raise the latter',
  ],
  [
    'kaggle-data-api',
    'a metric of the other autoscaler',
    { knative: { metric: 'cpu' } },
    'knative.metric: cpu needs knative.class: hpa.autoscaling.knative.dev; set that, or concurrency or rps',
  ],
  [
    'kaggle-data-api',
    'a first byte later than the last',
    { knative: { responseStartTimeoutSeconds: 900 } },
    'knative.responseStartTimeoutSeconds: 900 is more than knative.timeoutSeconds, 600; raise the latter',
  ],
  [
    'kaggle-data-api',
    'traffic that does not add up',
    { knative: { traffic: [{ latestRevision: true, percent: 90 }] } },
    'knative.traffic: the percentages add up to 90; make it 100',
  ],
  [
    'kaggle-data-api',
    'traffic to nowhere',
    { knative: { traffic: [{ percent: 100 }] } },
    'knative.traffic[0]: needs exactly one of revisionName and latestRevision: true',
  ],
  [
    'kaggle-data-api',
    'a domain for a private service',
    { knative: { visibility: 'cluster-local', domains: { 'a.example.com': {} } } },
    'knative.domains: visibility: cluster-local keeps the service off the outer gateway; remove one of the two',
  ],
  ...Object.entries(flagged).map(([key, value]): [string, string, object, string] => {
    const flag = flagOf(key);
    return [
      'kaggle-data-api',
      `${key} without its feature flag`,
      { [key]: value },
      `${key}: Knative accepts it only when the cluster's config-features has kubernetes.${flag}: enabled; if it has, set knative.features.${flag}: true, otherwise remove it`,
    ];
  }),
  [
    'kaggle-data-api',
    'a claim without its feature flag',
    { knative: { features: { 'podspec-persistent-volume-claim': false } } },
    'set knative.features.podspec-persistent-volume-claim: true',
  ],
  [
    'kaggle-data-api',
    'a claim that is written without its feature flag',
    { volumes: { data: { persistentVolumeClaim: { readOnly: false } } } },
    'set knative.features.podspec-persistent-volume-write: true',
  ],
  [
    'kaggle-data-api',
    "a pod's field without its feature flag",
    { env: { POD: { fieldRef: { fieldPath: 'metadata.name' } } } },
    'set knative.features.podspec-fieldref: true',
  ],
  [
    'kaggle-data-api',
    'a capability without its feature flag',
    { securityContext: { capabilities: { add: ['NET_BIND_SERVICE'] } } },
    'set knative.features.containerspec-addcapabilities: true',
  ],

  [
    'kaggle-data-api',
    'traffic with a Deployment',
    { ...deployment, knative: { traffic: [{ latestRevision: true, percent: 100 }] } },
    'knative.traffic: a Deployment has none; remove it, or set kind: knative',
  ],
  [
    'kaggle-data-api',
    'a domain with a Deployment',
    { ...deployment, knative: { domains: { 'a.example.com': {} } } },
    'knative.domains: a Deployment has none; remove it and set ingress.hosts, or set kind: knative',
  ],
  [
    'kaggle-data-api',
    'replicas with an autoscaler',
    { ...deployment, replicas: 0, hpa: { enabled: true } },
    'replicas: hpa.enabled decides the number of pods; remove one of the two',
  ],
  [
    'kaggle-data-api',
    'an autoscaler upside down',
    { ...deployment, hpa: { enabled: true, minReplicas: 9, maxReplicas: 3 } },
    'hpa.minReplicas: 9 is more than hpa.maxReplicas, 3; raise the latter',
  ],
  [
    'kaggle-data-api',
    'an autoscaler without a measure',
    { ...deployment, hpa: { enabled: true, cpuUtilization: null } },
    'hpa: nothing to scale by; set hpa.cpuUtilization or hpa.memoryUtilization',
  ],
  [
    'kaggle-data-api',
    'a budget of both kinds',
    { ...deployment, pdb: { minAvailable: 1, maxUnavailable: 0 } },
    'pdb: minAvailable and maxUnavailable exclude each other; set one of them to null',
  ],
  [
    'kaggle-data-api',
    'an Ingress without hosts',
    { ...deployment, ingress: { enabled: true, from: [peer] } },
    'ingress.hosts is empty: name a host, for example ingress.hosts: { api.example.com: {} }',
  ],
  [
    'kaggle-data-api',
    'an Ingress that the policy keeps out',
    { ...deployment, ingress: { enabled: true, hosts: { 'a.example.com': {} } } },
    'ingress.from is empty: the network policy would keep the ingress controller out; name its pods',
  ],

  [
    'fetch-kaggle',
    'a cronjob without a schedule',
    { schedule: '' },
    'schedule is empty: a cronjob needs one, for example "0 2 * * *"; for a single run set kind: job',
  ],
  [
    'fetch-kaggle',
    'a schedule without a cronjob',
    { workloads: { nightly: { kind: 'job' } } },
    'workloads.nightly.schedule: a job has none; set kind: cronjob, or remove schedule',
  ],
  [
    'fetch-kaggle',
    'a name too long for a CronJob',
    { fullnameOverride: 'f'.repeat(50) },
    'is longer than the 52 characters Kubernetes allows: set a shorter one',
  ],
  [
    'fetch-kaggle',
    'a failure policy that cannot hold',
    { restartPolicy: 'OnFailure', podFailurePolicy: { rules: [] } },
    'podFailurePolicy: Kubernetes takes it only with restartPolicy: Never; set that',
  ],
  [
    'fetch-kaggle',
    'more pods at once than have to succeed',
    { parallelism: 3 },
    'completions: at most 1 of 3 pods would run at once; set it to 3, or to null when they share a queue',
  ],
  [
    'fetch-kaggle',
    'numbered pods without their number',
    { completionMode: 'Indexed', completions: null },
    'completions: an Indexed job needs a number; set it to parallelism',
  ],
  [
    'fetch-kaggle',
    'repetitions of each number without numbers',
    { backoffLimitPerIndex: 1 },
    'backoffLimitPerIndex: Kubernetes takes it only with completionMode: Indexed; set that',
  ],
  [
    'kaggle-data-pvc',
    'a class for a folder of the node',
    { storageClassName: 'efs-sc' },
    'storageClassName: local.enabled makes a volume of its own, without a class; remove storageClassName, or set local.enabled: false',
  ],
  [
    'postgres',
    'no password',
    { auth: { password: '' } },
    'auth.password is empty: set it, for example --set auth.password="$(openssl rand -hex 24)"',
  ],
  [
    'postgres',
    'a password for the operator',
    { cloudnativepg: { enabled: true } },
    'auth.password: CloudNativePG makes a password and keeps it in the Secret postgres-app; set it to ""',
  ],
  [
    'postgres',
    'a role that the operator has no password for',
    { cloudnativepg: { enabled: true } },
    "auth.roles.api.existingSecret is empty: CloudNativePG takes the role's password from a Secret of type kubernetes.io/basic-auth; name it",
  ],
  [
    'postgres',
    'the owner as the role of a process',
    { auth: { roles: { job: { username: 'kaggle' } } } },
    'auth.roles.job.username: kaggle is the owner of the database; set another name, or auth.roles.job to null',
  ],
  [
    'postgres',
    'two passwords for a role',
    { auth: { roles: { api: { password: 'a', existingSecret: 'b' } } } },
    'auth.roles.api: password and existingSecret are both set; keep one of them and set the other to ""',
  ],
];

describe.skipIf(!hasHelm)('helm refuses, and says what to do:', () => {
  test.for(cases)('%s with %s', ([chart, , values, says]) => {
    const { ok, stderr } = template(chart, 'local', values);
    expect(stderr).toContain(says);
    expect(ok).toBe(false);
  });

  test('everything that is wrong at once', () => {
    const { stderr } = template('kaggle-data-api', 'local', {
      image: { tag: 'latest' },
      replicas: 1,
      port: 8012,
    });
    expect(stderr.match(/^- /gm)).toHaveLength(3);
  });

  test.for(Object.entries(flagged))('but takes %s when the flag is acknowledged', ([key, value]) => {
    const flag = flagOf(key);
    const { ok, stdout } = template('kaggle-data-api', 'local', {
      [key]: value,
      knative: { features: { [flag]: true } },
    });
    expect(ok).toBe(true);
    expect(stdout).toContain(key === 'podSecurityContext' ? 'fsGroup: 1000' : `${key}:`);
  });
});
