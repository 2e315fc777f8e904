import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SinkBindingSpec } from '@kubernetes-models/knative/sources.knative.dev/v1/SinkBindingSpec';
import { describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { hasHelm, type Rendered, useCharts } from './helm.ts';
import { workloadsOf } from './workloads.ts';

const { render, template, folder } = useCharts();

const readme = () => readFileSync(join(folder, 'fetch-kaggle/README.md'), 'utf8');
/** The example of the chart's page. */
const example = () =>
  parseYaml(readme().match(/```yaml\n(env:\n {2}PUBLIC_URL[^`]*)```/)?.[1] ?? '') as {
    events: { sink: { ref: object; to: object[] } };
  };
const to = [{ ipBlock: { cidr: '192.0.2.7/32' } }];
const url = 'http://receiver:8080/events';

const job = (sink: object, others: object = {}) =>
  render('fetch-kaggle', 'local', { events: { sink }, ...others });
const bindings = (objects: Rendered[]) => objects.filter(({ kind }) => kind === 'SinkBinding');
const egress = (objects: Rendered[]): object[][] =>
  objects.filter(({ kind }) => kind === 'NetworkPolicy').map(({ spec }) => spec.egress);
const containers = (objects: Rendered[]) => workloadsOf(objects).map(({ spec }) => spec.containers[0]);
const worker = { workloads: { queued: null, worker: { enabled: true } } };

describe.skipIf(!hasHelm)('delivery of changes', () => {
  test('to an address sets it for each pod, with the extensions, and opens the way there', () => {
    const objects = job({ url, to, ports: [8080], extensions: { team: 'data' } }, worker);
    expect(containers(objects)).toHaveLength(2);
    for (const { env } of containers(objects)) {
      expect(env).toContainEqual({ name: 'K_SINK', value: url });
      expect(env).toContainEqual({ name: 'K_CE_OVERRIDES', value: '{"extensions":{"team":"data"}}' });
    }
    expect(egress(objects)).toHaveLength(2);
    for (const flows of egress(objects))
      expect(flows).toContainEqual({ to, ports: [{ port: 8080, protocol: 'TCP' }] });
    expect(bindings(objects)).toEqual([]);
  });

  test('to a public address at port 443 needs no flow', () => {
    expect(egress(job({ url: 'https://events.example.com/in' }))).toEqual(egress(job({})));
  });

  test('as the example of the page says binds the jobs, and takes webhooks from a Secret', () => {
    const objects = render('fetch-kaggle', 'local', example());
    const [binding, ...others] = bindings(objects);
    expect(others).toEqual([]);
    expect(binding?.metadata.name).toBe('fetch-kaggle-job');
    expect(binding?.spec.sink).toEqual({ ref: example().events.sink.ref });
    for (const flows of egress(objects))
      expect(flows).toContainEqual({
        to: example().events.sink.to,
        ports: [{ port: 8081, protocol: 'TCP' }],
      });
    for (const { env, envFrom } of containers(objects)) {
      expect(env).toContainEqual({ name: 'PUBLIC_URL', value: 'https://data.example.org' });
      expect(env.map(({ name }: { name: string }) => name)).not.toContain('K_SINK');
      expect(envFrom).toContainEqual({ secretRef: { name: 'kaggle-data-webhooks' } });
    }
  });

  test('binds each kind of pod by labels that it has, and nothing of another release', () => {
    const { ref } = example().events.sink;
    const objects = job({ ref, to, extensions: { team: 'data' } }, worker);
    const subjects = bindings(objects).map((binding) => {
      // The model of the whole object wants a status, which only the cluster writes.
      expect(() => new SinkBindingSpec(binding.spec).validate()).not.toThrow();
      expect(binding.spec.ceOverrides).toEqual({ extensions: { team: 'data' } });
      return binding.spec.subject;
    });
    expect(subjects.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`)).toEqual([
      'apps/v1 Deployment',
      'batch/v1 Job',
    ]);
    const labels = {
      'app.kubernetes.io/name': 'fetch-kaggle',
      'app.kubernetes.io/instance': 'fetch-kaggle',
    };
    for (const { selector } of subjects) expect(selector).toEqual({ matchLabels: labels });
    const [deployment] = objects.filter(({ kind }) => kind === 'Deployment');
    const [cronjob] = objects.filter(({ kind }) => kind === 'CronJob');
    expect(deployment?.metadata.labels).toMatchObject(labels);
    expect(cronjob?.spec.jobTemplate.metadata.labels).toMatchObject(labels);
  });

  test('leaves the job as it was when there is no sink', () => {
    const objects = job({});
    expect(bindings(objects)).toEqual([]);
    expect(JSON.stringify(objects)).not.toMatch(/K_SINK|K_CE_OVERRIDES/);
  });

  const ref = { apiVersion: 'v1', kind: 'Service', name: 'receiver' };
  const missing = 'events.sink.to is missing: the network policy would keep the job from the sink';
  const refused: [what: string, sink: object, says: string][] = [
    ['both ways', { url, ref, to }, 'events.sink: url and ref are both set; keep one of them'],
    ['a binding without a way', { ref }, missing],
    ['a private address without a way', { url }, missing],
    ['ports of nobody', { url: 'https://events.example.com', ports: [443] }, missing],
    ['a way to nothing', { to }, 'events.sink: neither url nor ref is set'],
    ['an address that is none', { url: 'receiver:8080' }, "at '/events/sink/url'"],
    ['an extension in upper case', { url, to, extensions: { Team: 'data' } }, "invalid propertyName 'Team'"],
    ['half a reference', { ref: { kind: 'Service' }, to }, 'missing properties'],
  ];
  test.for(refused)('is refused with %s', ([, sink, says]) => {
    const { ok, stderr } = template('fetch-kaggle', 'local', { events: { sink } });
    expect(stderr).toContain(says);
    expect(ok).toBe(false);
  });

  test('without a policy needs no flow', () => {
    expect(bindings(job({ ref }, { networkPolicy: { enabled: false } }))).toHaveLength(1);
  });

  test('keys that sign download links come from a Secret', () => {
    const signing = { signing: { existingSecret: 'signing' } };
    const [api] = workloadsOf(render('kaggle-data-api', 'local', { secrets: signing }));
    expect(api?.spec.containers[0].envFrom).toContainEqual({ secretRef: { name: 'signing' } });
  });
});
