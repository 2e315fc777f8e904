import { describe, expect, test } from 'vitest';
import { hasHelm, only, type Rendered, useCharts } from './helm.ts';
import { workloadsOf } from './workloads.ts';

const { render, template, run, folder } = useCharts();

const api = (workloads: object, values: object = {}) =>
  render('kaggle-data-api', 'local', { ...values, workloads });
const mirror = (workloads: object, values: object = {}) =>
  render('fetch-kaggle', 'local', { ...values, workloads });
const names = (objects: Rendered[], kind: string) =>
  objects.filter((object) => object.kind === kind).map(({ metadata }) => metadata.name);
const podOf = (objects: Rendered[], kind: string, name: string) =>
  workloadsOf([only(objects, kind, name)])[0]?.spec;
const plain = (container: { env?: { name: string; value?: string }[] }) =>
  Object.fromEntries((container.env ?? []).map(({ name, value }) => [name, value]));

describe.skipIf(!hasHelm)('workloads of one chart', () => {
  test('take what the chart says for all, and what each says itself over it', () => {
    const objects = mirror({
      queued: { env: { LOG_LEVEL: 'debug' }, resources: { limits: { memory: '3Gi' } } },
    });
    const [nightly, queued] = ['fetch-kaggle', 'fetch-kaggle-queued'].map(
      (name) => podOf(objects, 'CronJob', name).containers[0],
    );
    expect(plain(queued)).toEqual({ ...plain(nightly), LOG_LEVEL: 'debug' });
    expect(queued.resources).toEqual({ ...nightly.resources, limits: { memory: '3Gi' } });
    expect(queued.volumeMounts).toEqual(nightly.volumeMounts);
  });

  test('may be a worker that is always there, without a port, a Service or a probe', () => {
    const objects = mirror({ worker: { enabled: true }, queued: null });
    const { spec } = only(objects, 'Deployment', 'fetch-kaggle-worker');
    expect(spec.replicas).toBe(1);
    const [container] = spec.template.spec.containers;
    expect(container.args).toEqual(['dist/fetch-kaggle.mjs', '--queued', '--watch']);
    expect(container).not.toHaveProperty('ports');
    expect(container).not.toHaveProperty('readinessProbe');
    expect(names(objects, 'Service')).toEqual([]);
    expect(names(objects, 'CronJob')).toEqual(['fetch-kaggle']);
    expect(names(objects, 'NetworkPolicy')).toEqual(['fetch-kaggle', 'fetch-kaggle-worker']);
  });

  test('may be a second service of the same image, with its own host, memory, concurrency and scale', () => {
    const objects = api({
      sql: { enabled: true, knative: { domains: { 'sql.example.com': {} }, minScale: 1 } },
    });
    const service = only(objects, 'Service', 'kaggle-data-api-sql').spec.template;
    expect(service.spec.containerConcurrency).toBe(8);
    expect(service.metadata.annotations).toEqual({
      'autoscaling.knative.dev/max-scale': '2',
      'autoscaling.knative.dev/min-scale': '1',
      'autoscaling.knative.dev/target': '4',
    });
    expect(service.spec.containers[0].resources.limits).toEqual({ memory: '1Gi' });
    expect(plain(service.spec.containers[0])).toMatchObject({
      FUNCTIONS: 'query-version,query-datasets',
      KAGGLE_DATA_ROOT: '/data',
    });
    const first = only(objects, 'Service', 'kaggle-data-api').spec.template;
    expect(plain(first.spec.containers[0])).not.toHaveProperty('FUNCTIONS');
    expect(only(objects, 'DomainMapping').spec.ref.name).toBe('kaggle-data-api-sql');
    expect(names(objects, 'Pod')).toEqual(['kaggle-data-api-smoke-test', 'kaggle-data-api-sql-smoke-test']);
  });

  test('share one account and the chart’s Secrets; contents of one’s own make one’s own', () => {
    const shared = { secrets: { a: { data: { KEY: 'all' } } } };
    expect(names(mirror({}, shared), 'Secret')).toEqual(['fetch-kaggle-a']);
    const objects = mirror(
      { queued: { secrets: { a: { data: { KEY: 'mine' } } }, serviceAccount: { annotations: { a: 'b' } } } },
      shared,
    );
    expect(names(objects, 'Secret')).toEqual(['fetch-kaggle-a', 'fetch-kaggle-queued-a']);
    expect(only(objects, 'Secret', 'fetch-kaggle-a').stringData).toEqual({ KEY: 'all' });
    expect(only(objects, 'Secret', 'fetch-kaggle-queued-a').stringData).toEqual({ KEY: 'mine' });
    expect(names(objects, 'ServiceAccount')).toEqual(['fetch-kaggle', 'fetch-kaggle-queued']);
    const queued = podOf(objects, 'CronJob', 'fetch-kaggle-queued');
    expect(queued.serviceAccountName).toBe('fetch-kaggle-queued');
    expect(JSON.stringify(queued.containers[0].envFrom)).toContain('fetch-kaggle-queued-a');
    expect(podOf(objects, 'CronJob', 'fetch-kaggle').serviceAccountName).toBe('fetch-kaggle');
  });

  test('are taken back by null, as an entry of one is', () => {
    expect(names(mirror({ queued: null }), 'CronJob')).toEqual(['fetch-kaggle']);
    expect(names(mirror({ queued: { enabled: false } }), 'CronJob')).toEqual(['fetch-kaggle']);
    const queued = podOf(
      mirror({ queued: { env: { LOG_LEVEL: null }, secrets: { kaggle: null }, volumes: { tmp: null } } }),
      'CronJob',
      'fetch-kaggle-queued',
    );
    expect(Object.keys(plain(queued.containers[0]))).toEqual(['DATABASE_URL', 'KAGGLE_DATA_ROOT']);
    expect(queued.containers[0]).not.toHaveProperty('envFrom');
    expect(queued.volumes.map(({ name }: { name: string }) => name)).toEqual(['data']);
  });

  test('take nothing of what they do not share', () => {
    const objects = api(
      {},
      {
        env: { TOKEN: 'x' },
        nodeSelector: {},
        configMaps: { a: { data: { K: 'v' } } },
        networkPolicy: { egress: { elsewhere: { to: [{ ipBlock: { cidr: '192.0.2.0/24' } }] } } },
      },
    );
    const migrate = podOf(objects, 'Job', 'kaggle-data-api-migrate');
    expect(Object.keys(plain(migrate.containers[0]))).toEqual(['API_ROLE', 'DATABASE_URL', 'JOB_ROLE']);
    expect(migrate.containers[0]).not.toHaveProperty('envFrom');
    expect(migrate.volumes.map(({ name }: { name: string }) => name)).toEqual(['tmp']);
    expect(JSON.stringify(only(objects, 'NetworkPolicy', 'kaggle-data-api-migrate'))).not.toContain(
      '192.0.2.0',
    );
  });
});

describe.skipIf(!hasHelm)('helm refuses, at the path where it is written:', () => {
  const refusals: [what: string, chart: string, values: object, ...says: string[]][] = [
    [
      'what is wrong in several workloads, all at once',
      'fetch-kaggle',
      {
        image: { tag: 'latest' },
        workloads: {
          queued: { schedule: '', podFailurePolicy: { rules: [] }, restartPolicy: 'OnFailure' },
          nightly: { volumes: { cache: { mountPath: '/cache' } } },
          worker: { enabled: true, port: 9464, metrics: { enabled: true } },
        },
      },
      '- image.tag: "latest" names another image every day',
      '- workloads.queued.schedule is empty: a cronjob needs one',
      '- workloads.queued.podFailurePolicy: Kubernetes takes it only with restartPolicy: Never',
      '- workloads.nightly.volumes.cache: needs exactly one source',
      '- workloads.worker.metrics.port: 9464 is the port of the service too; set another one',
    ],
    [
      'what all share and one has no use for, where all share it',
      'kaggle-data-api',
      { hpa: { enabled: true } },
      '- hpa.enabled: Knative scales by itself',
    ],
    [
      'a workload of no kind',
      'fetch-kaggle',
      { workloads: { extra: { args: [] } } },
      '- workloads.extra.kind is missing: say what it is, for example knative or cronjob',
    ],
    [
      'two that bear the release’s name',
      'fetch-kaggle',
      { workloads: { queued: { main: true } } },
      '- workloads.queued.main: workloads.nightly has the name fetch-kaggle too; change one of the two',
    ],
    [
      'two with one component, whose selectors would meet',
      'fetch-kaggle',
      { workloads: { queued: { component: 'nightly' } } },
      '- workloads.queued.component: workloads.nightly has the component nightly too; change one of the two',
    ],
    [
      'one host for two',
      'kaggle-data-api',
      { knative: { domains: { 'a.example.com': {} } }, workloads: { sql: { enabled: true } } },
      '- workloads.sql.knative.domains.a.example.com: workloads.api has the host a.example.com too; change one of the two',
    ],
    [
      'revisions of one for two',
      'kaggle-data-api',
      {
        knative: { traffic: [{ revisionName: 'kaggle-data-api-00001', percent: 100 }] },
        workloads: { sql: { enabled: true } },
      },
      '- workloads.sql.knative.traffic: workloads.api has the revision kaggle-data-api-00001 too; change one of the two',
    ],
    [
      'a value to share that there is not',
      'fetch-kaggle',
      { workloads: { queued: { shares: ['image', 'externalDatabase', 'networkPolicy.egress.dsn'] } } },
      '- workloads.queued.shares: there is no networkPolicy.egress.dsn; write the path of a value',
    ],
    [
      'a flow to nobody in particular',
      'fetch-kaggle',
      { workloads: { queued: { networkPolicy: { egress: { x: { ports: [1] } } } } } },
      '- workloads.queued.networkPolicy.egress.x.to is missing: it would be everybody; name the peers',
    ],
    [
      'a hook that never ends',
      'fetch-kaggle',
      { workloads: { queued: { hook: ['post-install'] } } },
      '- workloads.queued.hook: Helm waits for a job, and a cronjob never ends; remove it, or set kind: job',
    ],
  ];
  test.for(refusals)('%s', ([, chart, values, ...says]) => {
    const { ok, stderr } = template(chart, 'local', values);
    expect(ok).toBe(false);
    expect(stderr.match(/^- .*$/gm)).toHaveLength(says.length);
    for (const line of says) expect(stderr).toContain(line);
  });

  const unnamed: [what: string, values: object, says: RegExp][] = [
    ['a workload without a name', { '': { kind: 'job' } }, /^- workloads\."": a workload has a name/m],
    ['a name that is none', { Queued: { kind: 'job' } }, /^- workloads\.Queued: a workload has a name/m],
    [
      'a kind that the chart has not',
      { queued: { kind: 'knative' } },
      /at '\/workloads\/queued\/kind': value must be one of/,
    ],
    [
      'a misspelt key',
      { queued: { shedule: '* * * * *' } },
      /at '\/workloads\/queued': additional properties 'shedule'/,
    ],
    ['a misspelt key below', { queued: { image: { tga: '1' } } }, /additional properties 'tga' not allowed/],
  ];
  test.for(unnamed)('%s', ([, workloads, says]) => {
    const { ok, stderr } = template('fetch-kaggle', 'local', { workloads });
    expect(stderr).toMatch(says);
    expect(ok).toBe(false);
  });
});

describe.skipIf(!hasHelm)('two services', () => {
  const paths = (path: string) => ({
    kind: 'deployment',
    ingress: {
      enabled: true,
      hosts: { 'a.example.com': { path } },
      from: [{ podSelector: { matchLabels: { app: 'ingress' } } }],
    },
  });
  test('share a host by its paths, and by those only', () => {
    const objects = api({ api: paths('/'), sql: { enabled: true, ...paths('/sql') } });
    expect(names(objects, 'Ingress')).toEqual(['kaggle-data-api', 'kaggle-data-api-sql']);
    const { stderr } = template('kaggle-data-api', 'local', {
      workloads: { api: paths('/'), sql: { enabled: true, ...paths('/') } },
    });
    expect(stderr).toContain(
      '- workloads.sql.ingress.hosts.a.example.com: workloads.api has the address a.example.com/ too; change one of the two',
    );
  });

  test('get an empty list where one of them says so', () => {
    const objects = api(
      { api: { knative: { traffic: [] } } },
      { knative: { traffic: [{ latestRevision: true, percent: 100 }] } },
    );
    expect(only(objects, 'Service').spec).not.toHaveProperty('traffic');
  });
});

describe.skipIf(!hasHelm)('values of the release before', () => {
  const notes = (chart: string, values: object) => {
    const { stdout, stderr } = run(
      'install',
      chart,
      `${folder}/${chart}`,
      '--dry-run=client',
      '--values',
      `${folder}/${chart}/values-local.yaml`,
      '--set-json',
      Object.entries(values)
        .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
        .join(','),
    );
    return stdout.slice(stdout.indexOf('NOTES:')) + stderr;
  };

  const kept: [chart: string, before: Record<string, unknown>, now: object, instead: string][] = [
    [
      'kaggle-data-api',
      { mode: 'deployment', component: 'web' },
      { workloads: { api: { kind: 'deployment', component: 'web' } } },
      'does not know mode: write workloads.api.kind instead.',
    ],
    [
      'kaggle-data-api',
      {
        migrations: {
          env: { API_ROLE: 'reader' },
          externalDatabase: { existingSecret: 'owner' },
          backoffLimit: 9,
        },
      },
      {
        workloads: {
          migrate: {
            env: { API_ROLE: 'reader' },
            externalDatabase: { existingSecret: 'owner' },
            backoffLimit: 9,
          },
        },
      },
      'does not know migrations: write workloads.migrate instead.',
    ],
    [
      'kaggle-data-api',
      { migrations: { enabled: false } },
      { workloads: { migrate: null } },
      'does not know migrations: write workloads.migrate instead.',
    ],
    [
      'fetch-kaggle',
      { schedule: '0 4 * * *', queued: { schedule: '*/2 * * * *', suspend: true } },
      {
        workloads: { nightly: { schedule: '0 4 * * *' }, queued: { schedule: '*/2 * * * *', suspend: true } },
      },
      'does not know queued: write workloads.queued instead.',
    ],
    [
      'fetch-kaggle',
      { type: 'job', schedule: '' },
      { workloads: { nightly: { kind: 'job', schedule: '' } } },
      'does not know type: write workloads.nightly.kind instead.',
    ],
  ];
  test.for(kept)('%s: %o still say the same, and what to write instead', ([chart, before, now, instead]) => {
    expect(template(chart, 'local', before).stderr).toBe('');
    expect(render(chart, 'local', before)).toEqual(render(chart, 'local', now));
    expect(notes(chart, before)).toContain(instead);
    expect(notes(chart, {})).not.toContain('DEPRECATED');
  });
});
