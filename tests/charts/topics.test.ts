import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse as parseYaml, stringify } from 'yaml';
import { chartSchema, librarySchema } from '../../helm/schema/compose.ts';
import { topicOf } from '../../helm/schema/readme.ts';
import { libraries, readLibrary } from '../../helm/schema/source.ts';
import { hasHelm, parse, useCharts } from './helm.ts';

const topicsOf = (library: string) => readLibrary(library)['x-topics'] ?? [];

describe('the tables of values', () => {
  test.for(libraries)('of %s name each key once, and fit a screen each', (library) => {
    const topics = topicsOf(library);
    const keys = topics.flatMap((topic) => topic.keys);
    expect(keys.toSorted()).toEqual([...new Set(keys)].toSorted());
    const known = librarySchema(library).properties ?? {};
    for (const key of keys) expect(known, key).toHaveProperty(key.replaceAll('.', '.properties.').split('.'));
    for (const key of Object.keys(known).filter((name) => name !== 'global' || library === 'common'))
      expect(topicOf(key, topics), key).toBeDefined();
    for (const { name, example } of topics) expect(example, name).toBeDefined();
  });
});

describe.skipIf(!hasHelm)('the examples of values', () => {
  const { folder, run } = useCharts();
  const chart = join(folder, '../hello');

  beforeAll(() => {
    mkdirSync(join(chart, 'templates'), { recursive: true });
    cpSync(join(folder, '../examples/greeting/templates'), join(chart, 'templates'), { recursive: true });
    const compose = Object.fromEntries(libraries.map((library) => [library, {}]));
    const write = (name: string, content: object) => writeFileSync(join(chart, name), stringify(content));
    write('values.schema.yaml', { title: 'hello', description: 'Values.', compose });
    writeFileSync(join(chart, 'values.schema.json'), JSON.stringify(chartSchema(chart)));
    const dependencies = libraries.map((library) => ({
      name: `kda-${library}`,
      version: '>=0.0.0',
      repository: `file://../library/${library}`,
    }));
    write('Chart.yaml', { apiVersion: 'v2', name: 'hello', version: '1.0.0', appVersion: '1', dependencies });
    const updated = run('dependency', 'update', chart);
    if (!updated.ok) throw new Error(updated.stderr);
  });

  const kinds: [library: string, kind: string][] = [
    ['common', 'deployment'],
    ['service', 'deployment'],
    ['service', 'knative'],
    ['job', 'cronjob'],
    ['job', 'scaledjob'],
  ];
  test.for(kinds)('of %s are taken together, for a %s', ([library, kind]) => {
    const ofKind = (own = library === 'job' ? 'cronjob' : 'deployment') => own === kind;
    const examples = topicsOf(library).flatMap((topic) => (ofKind(topic.kind) ? (topic.example ?? []) : []));
    expect(examples.length).toBeGreaterThan(0);
    const schedule = kind === 'cronjob' ? { schedule: '@daily' } : {};
    const base = {
      image: { repository: 'registry.example.com/team/hello' },
      workloads: { hello: { kind, main: true, ...schedule } },
    };
    const values = examples.map((text, index) => {
      const file = join(chart, `${library}-${kind}-${index}.yaml`);
      const { workloads, ...example } = parseYaml(text);
      // A chart has one main workload: the example's own, where it has some.
      writeFileSync(
        file,
        stringify(workloads ? { ...example, workloads: { hello: null, ...workloads } } : example),
      );
      return `--values=${file}`;
    });
    writeFileSync(join(chart, 'base.yaml'), stringify(base));
    const { ok, stdout, stderr } = run(
      'template',
      'hello',
      chart,
      `--values=${join(chart, 'base.yaml')}`,
      ...values,
    );
    expect(stderr).toBe('');
    expect(ok).toBe(true);
    expect(parse(stdout).length).toBeGreaterThan(1);
  });
});
