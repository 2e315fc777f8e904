import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { charts, environments, hasHelm, only, useCharts } from './helm.ts';
import { modelOf } from './models.ts';

const { folder, run, template, render } = useCharts();

/** Beside each environment, the modes that no environment uses. */
const variants: [chart: string, environment: string, name: string, values: object][] = [
  ...charts.flatMap((chart) =>
    environments.map((environment): [string, string, string, object] => [
      chart,
      environment,
      environment,
      {},
    ]),
  ),
  [
    'kaggle-data-api',
    'production',
    'production-deployment',
    {
      workloads: {
        api: { kind: 'deployment', knative: { domains: { 'kaggle-data.example.com': null } } },
      },
      hpa: { enabled: true },
      ingress: {
        enabled: true,
        className: 'gateway',
        annotations: { 'cert-manager.io/cluster-issuer': 'letsencrypt' },
        hosts: { 'kaggle-data.example.com': { tlsSecret: 'kaggle-data-tls' } },
        from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'gateway' } } }],
      },
    },
  ],
  ['fetch-kaggle', 'local', 'worker', { workloads: { queued: null, worker: { enabled: true } } }],
  ['kaggle-data-api', 'local', 'sql', { workloads: { sql: { enabled: true } } }],
  [
    'postgres',
    'local',
    'local-cluster',
    { cloudnativepg: { enabled: true }, auth: { password: '', roles: { api: null, job: null } } },
  ],
];

/** Each chart is recorded whole in this environment; the others, and what only variants have, as differences to it. */
const WHOLE = 'local';

function differenceTo(chart: string, rendered: string): string {
  const [before, after] = [WHOLE, 'other'].map((name) => join(folder, `../${chart}-${name}.yaml`));
  writeFileSync(`${before}`, template(chart, WHOLE).stdout);
  writeFileSync(`${after}`, rendered);
  const labels = [WHOLE, 'here'].flatMap((label) => ['--label', label]);
  const { status, stdout, stderr } = spawnSync('diff', ['-u', ...labels, `${before}`, `${after}`], {
    encoding: 'utf8',
  });
  if (status !== 0 && status !== 1) throw new Error(stderr);
  return stdout;
}

describe.skipIf(!hasHelm)('helm template', () => {
  test.for(variants)('%s in %s renders as recorded: %s', async ([chart, environment, name, values]) => {
    const { stdout, stderr, ok } = template(chart, environment, values);
    expect(stderr).toBe('');
    expect(ok).toBe(true);
    if (name === WHOLE) await expect(stdout).toMatchFileSnapshot(`__snapshots__/${chart}.yaml`);
    else await expect(differenceTo(chart, stdout)).toMatchFileSnapshot(`__snapshots__/${chart}-${name}.diff`);
  });

  test.for(variants)(
    '%s in %s has the shape that Kubernetes expects: %s',
    async ([chart, environment, , values]) => {
      for (const object of render(chart, environment, values)) {
        const Model = modelOf(object);
        if (Model) expect(() => new Model(object).validate()).not.toThrow();
      }
    },
  );

  test.for(variants)('%s in %s is lint-clean: %s', ([chart, environment]) => {
    const { stdout, ok } = run(
      'lint',
      '--strict',
      join(folder, chart),
      '--values',
      join(folder, chart, `values-${environment}.yaml`),
    );
    expect(stdout).not.toMatch(/\[(WARNING|ERROR)\]/);
    expect(ok).toBe(true);
  });

  test.for(['common', 'service', 'job'])('the library %s is lint-clean', (library) => {
    const { stdout, ok } = run('lint', '--strict', join(folder, '../library', library));
    expect(stdout).not.toMatch(/\[(WARNING|ERROR)\]/);
    expect(ok).toBe(true);
  });

  test('every name and label starts from the release', () => {
    const objects = render('kaggle-data-api', 'local', { fullnameOverride: 'catalogue' });
    expect(new Set(objects.map((object) => object.metadata.name))).toEqual(
      new Set(['catalogue', 'catalogue-migrate', 'catalogue-smoke-test']),
    );
  });

  test('the nightly job starts at two, one at a time', () => {
    const { spec } = only(render('fetch-kaggle', 'production'), 'CronJob', 'fetch-kaggle');
    expect(spec).toMatchObject({ schedule: '0 2 * * *', timeZone: 'Etc/UTC', concurrencyPolicy: 'Forbid' });
  });
});
