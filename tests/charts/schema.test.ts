import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { chartSchema, librarySchema } from '../../helm/schema/compose.ts';
import { generated } from '../../helm/schema/generate.ts';
import { helm as helmFolder, type Schema } from '../../helm/schema/source.ts';
import { charts, hasHelm, useCharts } from './helm.ts';

const libraries = ['common', 'service', 'job'];
const schemas: [name: string, schema: Schema][] = [
  ...libraries.map((name): [string, Schema] => [name, librarySchema(name)]),
  ...charts.map((name): [string, Schema] => [name, chartSchema(join(helmFolder, 'charts', name))]),
];

/** Every schema inside, with its path. */
function* inside(schema: Schema, path = ''): Generator<[path: string, schema: Schema]> {
  yield [path, schema];
  for (const [key, value] of Object.entries(schema.properties ?? {})) yield* inside(value, `${path}/${key}`);
  for (const [key, value] of Object.entries(schema.$defs ?? {})) yield* inside(value, `${path}#${key}`);
  if (typeof schema.additionalProperties === 'object')
    yield* inside(schema.additionalProperties, `${path}/*`);
  if (schema.items) yield* inside(schema.items, `${path}[]`);
  for (const [index, value] of (schema.oneOf ?? []).entries()) yield* inside(value, `${path}|${index}`);
}

/** Objects of Kubernetes that the API server checks. */
const kubernetes =
  /tolerations|affinity|dnsConfig|lifecycle|podFailurePolicy|backup|matchExpressions|projected\/sources|nodePublishSecretRef|behavior|filters|timeouts|extraObjects/;

describe('values.schema.json', () => {
  test('is what the sources say, and so are defaults and tables', () => {
    for (const [path, content] of generated()) expect(readFileSync(path, 'utf8'), path).toBe(content);
  });

  test.for(schemas)('%s describes every key', ([, schema]) => {
    for (const [path, { properties = {} }] of inside(schema)) {
      for (const [key, { description }] of Object.entries(properties)) {
        expect(description, `${path}/${key}`).toMatch(/^\S.*\.$/s);
      }
    }
  });

  test.for(schemas)('%s knows every key of every object', ([, schema]) => {
    for (const [path, part] of inside(schema)) {
      const isObject = [part.type].flat().includes('object');
      const reserved = /^\/(global(\/imagePullSecrets\[\])?|kda-\w+)$/.test(path);
      if (!isObject || reserved || kubernetes.test(path)) continue;
      expect(part.additionalProperties, path).toBeDefined();
      expect(part.additionalProperties, path).not.toBe(true);
    }
  });

  test.for(charts)("%s's README lists exactly its keys", (chart) => {
    const folder = join(helmFolder, 'charts', chart);
    const { workloads = {} } = parse(readFileSync(join(folder, 'values.yaml'), 'utf8')) ?? {};
    const leaves = (schema: Schema, path: string): string[] =>
      Object.entries(schema.properties ?? {}).flatMap(([key, value]) => {
        if (value.properties) return leaves(value, `${path}${key}.`);
        return key === 'workloads' ? leavesOfWorkloads(value) : `${path}${key}`;
      });
    const leavesOfWorkloads = ({ additionalProperties }: Schema): string[] => [
      ...Object.entries((additionalProperties as Schema).properties ?? {})
        .filter(([, value]) => !value.description?.startsWith('As '))
        .map(([key]) => `workloads.*.${key}`),
      ...Object.keys(workloads).map((name) => `workloads.${name}`),
    ];
    const listed = readFileSync(join(folder, 'README.md'), 'utf8').matchAll(/^\| `([^`]+)` \|/gm);
    const schema = JSON.parse(readFileSync(join(folder, 'values.schema.json'), 'utf8')) as Schema;
    expect([...listed].map(([, key]) => key).toSorted()).toEqual(leaves(schema, '').toSorted());
  });

  test.for(charts)('%s sets nothing under the name of a library', (chart) => {
    const values = parse(readFileSync(join(helmFolder, 'charts', chart, 'values.yaml'), 'utf8'));
    for (const library of libraries) expect(values).not.toHaveProperty([`kda-${library}`]);
  });
});

describe.skipIf(!hasHelm)('helm refuses', () => {
  const { template, folder, run } = useCharts();

  const cases: [chart: string, what: string, values: object, message: string | RegExp][] = [
    ['kaggle-data-api', 'a misspelt key', { replcas: 2 }, "additional properties 'replcas' not allowed"],
    [
      'kaggle-data-api',
      'a misspelt key below',
      { knative: { minscale: 1 } },
      "at '/knative': additional properties 'minscale' not allowed",
    ],
    [
      'kaggle-data-api',
      'a wrong type',
      { knative: { minScale: 'one' } },
      "at '/knative/minScale': got string, want null or integer",
    ],
    [
      'kaggle-data-api',
      'another mode',
      { workloads: { api: { kind: 'statefulset' } } },
      "at '/workloads/api/kind': value must be one of 'cronjob', 'deployment', 'job', 'knative'",
    ],
    [
      'kaggle-data-api',
      'an annotation that is a number',
      { podAnnotations: { 'example.com/build': 7 } },
      "at '/podAnnotations/example.com~1build': got number, want string",
    ],
    [
      'kaggle-data-api',
      'a digest that is none',
      { image: { digest: 'sha256:abc' } },
      "at '/image/digest': 'sha256:abc' does not match pattern",
    ],
    [
      'kaggle-data-api',
      'a privileged container',
      { securityContext: { privileged: true } },
      "additional properties 'privileged' not allowed",
    ],
    [
      'kaggle-data-api',
      'root',
      { securityContext: { runAsUser: 0 } },
      "at '/securityContext/runAsUser': minimum: got 0, want 1",
    ],
    [
      'kaggle-data-api',
      'escalation',
      { securityContext: { allowPrivilegeEscalation: true } },
      "at '/securityContext/allowPrivilegeEscalation': value must be false",
    ],
    [
      'kaggle-data-api',
      'a capability',
      { securityContext: { capabilities: { add: ['NET_ADMIN'] } } },
      "at '/securityContext/capabilities/add/0': value must be 'NET_BIND_SERVICE'",
    ],
    [
      'kaggle-data-api',
      'a folder of the node',
      { volumes: { host: { hostPath: { path: '/' }, mountPath: '/host' } } },
      "at '/volumes/host': additional properties 'hostPath' not allowed",
    ],
    [
      'kaggle-data-api',
      'a window that is no duration',
      { knative: { window: '1 minute' } },
      "at '/knative/window': '1 minute' does not match pattern",
    ],
    [
      'kaggle-data-api',
      'a peer with a misspelt selector',
      { networkPolicy: { ingress: { x: { from: [{ podselector: {} }] } } } },
      "additional properties 'podselector' not allowed",
    ],
    [
      'kaggle-data-api',
      'a flow from nobody in particular',
      { networkPolicy: { ingress: { x: { from: [] } } } },
      "at '/networkPolicy/ingress/x/from': minItems: got 0, want 1",
    ],
    [
      'kaggle-data-api',
      'an unknown feature flag',
      { knative: { features: { 'podspec-hostnetwork': true } } },
      "additional properties 'podspec-hostnetwork' not allowed",
    ],
    [
      'fetch-kaggle',
      'a schedule of four fields',
      { workloads: { nightly: { schedule: '0 2 * *' } } },
      "at '/workloads/nightly/schedule': '0 2 * *' does not match pattern",
    ],
    [
      'fetch-kaggle',
      'another policy',
      { concurrencyPolicy: 'forbid' },
      "at '/concurrencyPolicy': value must be one of 'Forbid', 'Allow', 'Replace'",
    ],
    [
      'fetch-kaggle',
      'Knative in a job',
      { knative: { minScale: 1 } },
      "additional properties 'knative' not allowed",
    ],
    [
      'fetch-kaggle',
      'a misspelt key of the second job',
      { workloads: { queued: { shedule: '* * * * *' } } },
      "at '/workloads/queued': additional properties 'shedule' not allowed",
    ],
    [
      'fetch-kaggle',
      'pull-through without a worker',
      { env: { MIRROR_PULL_THROUGH: 'ada/*' } },
      "at '/workloads/worker/enabled': value must be true",
    ],
    [
      'fetch-kaggle',
      'pull-through of one workload without a worker',
      { workloads: { queued: { env: { MIRROR_PULL_THROUGH: 'ada/*' } } } },
      "at '/workloads/worker/enabled': value must be true",
    ],
    [
      'kaggle-data-pvc',
      'a volume for one node',
      { accessModes: ['ReadWriteOnce'] },
      "at '/accessModes/0': value must be 'ReadWriteMany'",
    ],
    ['postgres', 'a role with a quote', { auth: { username: 'a"b' } }, "at '/auth/username'"],
    [
      'valkey',
      'Knative',
      { workloads: { cache: { kind: 'knative' } } },
      "at '/workloads/cache/kind': value must be one of 'deployment'",
    ],
  ];

  test.for(cases)('%s: %s', ([chart, , values, message]) => {
    const { ok, stderr } = template(chart, 'local', values);
    expect(stderr).toMatch(message);
    expect(ok).toBe(false);
  });

  test('a release whose name makes one of more than 53 characters', () => {
    const named = (name: string) =>
      run(
        'template',
        name,
        join(folder, 'kaggle-data-api'),
        '--values',
        join(folder, 'kaggle-data-api/values-local.yaml'),
      );
    expect(named('r'.repeat(54)).stderr).toMatch(/invalid release name.*length must not be longer than 53/);
    expect(named('r'.repeat(40)).stderr).toContain(
      'has 56 characters, 53 are allowed: set fullnameOverride to a shorter one',
    );
  });
});
