import { describe, expect, test } from 'vitest';
import { charts, environments, hasHelm, type Rendered, useCharts } from './helm.ts';
import { workloadsOf } from './workloads.ts';

const { render } = useCharts();

const cases = charts.flatMap((chart) => environments.map((environment) => [chart, environment] as const));
const modes = [
  ...cases.map(([chart, environment]) => [chart, environment, {}] as const),
  ['kaggle-data-api', 'local', { workloads: { api: { kind: 'deployment' } } }] as const,
];

/** https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted, at container level. */
const restricted = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
};

describe.skipIf(!hasHelm)('whatever is rendered', () => {
  test.for(modes)('%s in %s holds to Pod Security restricted: %o', ([chart, environment, values]) => {
    for (const { spec } of workloadsOf(render(chart, environment, values))) {
      expect(spec.automountServiceAccountToken).toBe(false);
      expect(spec).not.toHaveProperty('hostNetwork');
      expect(spec).not.toHaveProperty('hostPID');
      expect(spec).not.toHaveProperty('hostIPC');
      for (const volume of spec.volumes ?? []) {
        const [source] = Object.keys(volume).filter((key) => key !== 'name');
        expect(['configMap', 'emptyDir', 'persistentVolumeClaim', 'secret']).toContain(source);
      }
      for (const { securityContext, ports = [] } of spec.containers) {
        expect(securityContext).toMatchObject(restricted);
        expect(securityContext.runAsUser).toBeGreaterThan(0);
        for (const port of ports) expect(port).not.toHaveProperty('hostPort');
      }
    }
  });

  test.for(modes)('%s in %s names exact images: %o', ([chart, environment, values]) => {
    for (const { owner, spec } of workloadsOf(render(chart, environment, values))) {
      for (const { image } of spec.containers) {
        expect(image, owner).toMatch(/@sha256:[0-9a-f]{64}$|:(?!latest$)[\w][\w.-]*$/);
      }
    }
  });

  test.for(modes)(
    '%s in %s reserves resources, limits memory, and says when it is alive: %o',
    ([chart, environment, values]) => {
      for (const { owner, kind, spec } of workloadsOf(render(chart, environment, values))) {
        for (const { resources, readinessProbe, livenessProbe } of spec.containers) {
          expect(resources, owner).toMatchObject({
            requests: { cpu: expect.anything(), memory: expect.anything() },
            limits: { memory: expect.anything() },
          });
          if (['Service', 'Deployment', 'StatefulSet'].includes(kind)) {
            expect(readinessProbe, owner).toBeDefined();
            expect(livenessProbe, owner).toBeDefined();
          }
        }
      }
    },
  );

  test.for(modes)('%s in %s labels everything: %o', ([chart, environment, values]) => {
    const names = ['name', 'instance', 'component', 'version', 'part-of'].map(
      (name) => `app.kubernetes.io/${name}`,
    );
    const objects = render(chart, environment, values);
    for (const { kind, metadata } of objects) {
      expect(Object.keys(metadata.labels ?? {}), `${kind}/${metadata.name}`).toEqual(
        expect.arrayContaining([...names, 'app.kubernetes.io/managed-by', 'helm.sh/chart']),
      );
    }
    for (const { owner, labels } of workloadsOf(objects)) {
      expect(Object.keys(labels), owner).toEqual(expect.arrayContaining(names));
    }
  });

  test.for(modes)(
    '%s in %s makes each pod an account of its own, and gives it no rights: %o',
    ([chart, environment, values]) => {
      const objects = render(chart, environment, values);
      const accounts = objects
        .filter(({ kind }) => kind === 'ServiceAccount')
        .map(({ metadata }) => metadata.name);
      for (const { owner, spec } of workloadsOf(objects))
        expect(accounts, owner).toContain(spec.serviceAccountName);
      expect(objects.filter(({ apiVersion }) => apiVersion.startsWith('rbac.'))).toEqual([]);
    },
  );

  test.for(modes)(
    '%s in %s selects by labels that stay, and one workload only: %o',
    ([chart, environment, values]) => {
      const workloads = workloadsOf(render(chart, environment, values));
      const key = (labels: Record<string, string>) =>
        JSON.stringify([
          labels['app.kubernetes.io/name'],
          labels['app.kubernetes.io/instance'],
          labels['app.kubernetes.io/component'],
        ]);
      expect(new Set(workloads.map(({ labels }) => key(labels))).size).toBe(workloads.length);
      for (const { selector, labels } of workloads) {
        if (!selector) continue;
        expect(Object.keys(selector).toSorted()).toEqual([
          'app.kubernetes.io/component',
          'app.kubernetes.io/instance',
          'app.kubernetes.io/name',
        ]);
        expect(labels).toMatchObject(selector);
      }
    },
  );

  test.for(modes)(
    '%s in %s keeps secrets out of everything but Secrets: %o',
    ([chart, environment, values]) => {
      const canary = 'canary-7f3a';
      const secrets: object =
        chart === 'postgres' || chart === 'valkey'
          ? { auth: { password: canary } }
          : { secrets: { extra: { data: { TOKEN: canary } } } };
      if (
        chart === 'kaggle-data-pvc' ||
        (chart === 'postgres' && ['staging', 'production'].includes(environment))
      )
        return;
      const objects = render(chart, environment, { ...values, ...secrets });
      const holders = objects
        .filter((object) => JSON.stringify(object).includes(canary))
        .map(({ kind }) => kind);
      expect(holders).toEqual(['Secret']);
    },
  );

  test.for(environments)('a change of tokens in %s makes no new revision', (environment) => {
    const tokens = (text: string): object =>
      environment === 'local'
        ? {}
        : { secrets: { tokens: { existingSecret: null, externalSecret: null, data: { tokens: text } } } };
    const revision = (objects: Rendered[]) => workloadsOf(objects).find(({ kind }) => kind === 'Service');
    expect(revision(render('kaggle-data-api', environment, tokens('a')))).toEqual(
      revision(render('kaggle-data-api', environment, tokens('b'))),
    );
  });

  test('only a laptop runs without tokens, and production reads with one too', () => {
    const env = (environment: string) =>
      workloadsOf(render('kaggle-data-api', environment))
        .find(({ kind }) => kind === 'Service')
        ?.spec.containers[0].env.filter(({ name }: { name: string }) => /^AUTH$|TOKENS_FILE|READS/.test(name))
        .map(({ name, value }: { name: string; value: string }) => `${name}=${value}`);
    const file = 'API_TOKENS_FILE=/etc/kaggle-data-api/tokens/tokens';
    expect(environments.map(env)).toEqual([
      ['AUTH=off'],
      [file],
      [file],
      [file, 'REQUIRE_AUTH_FOR_READS=true'],
    ]);
  });
});
