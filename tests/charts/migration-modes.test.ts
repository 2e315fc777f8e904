import { describe, expect, test } from 'vitest';
import { hasHelm, only, type Rendered, useCharts } from './helm.ts';

const { render, template } = useCharts();

const api = (mode: string, more: object = {}, values: object = {}) =>
  render('kaggle-data-api', 'local', {
    knative: { features: { 'podspec-init-containers': true } },
    ...values,
    workloads: { migrate: { mode, ...more } },
  });
const named = (objects: Rendered[], name: string) =>
  objects.filter(({ metadata }) => metadata.name.includes(name)).map(({ kind }) => kind);
const first = (objects: Rendered[]) => only(objects, 'Service', 'kaggle-data-api').spec.template.spec;

describe.skipIf(!hasHelm)('migrations', () => {
  test('by hook bring all they need, after the install and before upgrades', () => {
    const objects = api('hook').filter(({ metadata }) => metadata.name.includes('migrate'));
    expect(objects.map(({ kind }) => kind).toSorted()).toEqual(['Job', 'NetworkPolicy', 'ServiceAccount']);
    for (const { metadata } of objects)
      expect(metadata.annotations).toMatchObject({ 'helm.sh/hook': 'post-install,pre-upgrade' });
    expect(first(objects.length ? api('hook') : [])).not.toHaveProperty('initContainers');
  });

  test('by init container run before each start, with the role and the memory of the job', () => {
    const objects = api('init');
    expect(named(objects, 'migrate')).toEqual([]);
    const { initContainers, containers, volumes } = first(objects);
    expect(initContainers).toHaveLength(1);
    const [{ name, image, args, env, resources, securityContext, volumeMounts }] = initContainers;
    expect({ name, image, args }).toEqual({
      name: 'migrate',
      image: containers[0].image,
      args: ['dist/migrate.mjs'],
    });
    expect(env).toContainEqual({
      name: 'DATABASE_URL',
      valueFrom: { secretKeyRef: { name: 'postgres-app', key: 'uri' } },
    });
    expect(containers[0].env).toContainEqual({
      name: 'DATABASE_URL',
      valueFrom: { secretKeyRef: { name: 'postgres-api', key: 'uri' } },
    });
    expect(resources.limits).toEqual({ memory: '256Mi' });
    expect(securityContext).toEqual(containers[0].securityContext);
    const there = volumes.map((volume: { name: string }) => volume.name);
    for (const mount of volumeMounts) expect(there).toContain(mount.name);
    expect(only(objects, 'Pod').spec).not.toHaveProperty('initContainers');
  });

  test('by init container run before each service, and stand before its own', () => {
    const objects = render('kaggle-data-api', 'local', {
      knative: { features: { 'podspec-init-containers': true } },
      initContainers: { a: { args: ['a.mjs'] } },
      workloads: { migrate: { mode: 'init' }, sql: { enabled: true } },
    });
    for (const name of ['kaggle-data-api', 'kaggle-data-api-sql']) {
      const { initContainers } = only(objects, 'Service', name).spec.template.spec;
      expect(initContainers.map((container: { name: string }) => container.name)).toEqual(['a', 'migrate']);
    }
  });

  test('by init container open the pod’s policy to what the job reaches', () => {
    const owner = { to: [{ ipBlock: { cidr: '192.0.2.7/32' } }], ports: [5433] };
    const { spec } = only(
      api('init', { networkPolicy: { egress: { owner } } }),
      'NetworkPolicy',
      'kaggle-data-api',
    );
    expect(spec.egress).toContainEqual({ to: owner.to, ports: [{ port: 5433, protocol: 'TCP' }] });
  });

  test('by init container find an address that only the values have in a Secret', () => {
    const url = 'postgres://owner@db/kaggle';
    const objects = api('init', { externalDatabase: { existingSecret: '', url } });
    const secret = only(objects, 'Secret', 'kaggle-data-api-migrate-database');
    expect(secret.stringData).toEqual({ DATABASE_URL: url });
    expect(secret.metadata.annotations).toBeUndefined();
    const [{ envFrom }] = first(objects).initContainers;
    expect(envFrom).toEqual([{ secretRef: { name: secret.metadata.name } }]);
  });

  test('are nobody’s with none', () => {
    const objects = api('none');
    expect(named(objects, 'migrate')).toEqual([]);
    expect(first(objects)).not.toHaveProperty('initContainers');
  });

  test('leave nothing that needs Helm without hooks', () => {
    const { stdout } = template(
      'kaggle-data-api',
      'local',
      { workloads: { migrate: { mode: 'init' }, api: { kind: 'deployment' } } },
      '--no-hooks',
    );
    expect(stdout).toContain('name: migrate');
    expect(stdout).not.toContain('helm.sh/hook');
    expect(stdout).not.toContain('kind: Pod\n');
  });

  test.for<[what: string, values: object, says: string]>([
    [
      'an init container on Knative without its flag',
      { workloads: { migrate: { mode: 'init' } } },
      '- workloads.migrate.mode: Knative accepts it only when the cluster’s config-features has kubernetes.podspec-init-containers: enabled'.replace(
        '’',
        "'",
      ),
    ],
    [
      'a volume that the service has not',
      {
        workloads: {
          api: { kind: 'deployment' },
          migrate: { mode: 'init', volumes: { certs: { emptyDir: {}, mountPath: '/certs' } } },
        },
      },
      '- workloads.migrate.mode: workloads.api has no volume certs, which its init container mounts; add it there',
    ],
    [
      'a mode of what is no job',
      { workloads: { api: { mode: 'init' } } },
      '- workloads.api.mode: only a job runs by it; remove it, or set kind: job',
    ],
    [
      'another mode',
      { workloads: { migrate: { mode: 'argo' } } },
      "value must be one of 'hook', 'init', 'none'",
    ],
  ])('refuse %s', ([, values, says]) => {
    const { ok, stderr } = template('kaggle-data-api', 'local', values);
    expect(stderr).toContain(says);
    expect(ok).toBe(false);
  });
});
