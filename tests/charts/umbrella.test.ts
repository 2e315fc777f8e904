import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { hasHelm, only, parse, type Rendered, useCharts } from './helm.ts';
import { workloadsOf } from './workloads.ts';

const { folder, run } = useCharts();
const umbrella = join(folder, '../umbrella');

/** What a widespread library named `common` defines: the same words as ours had, with other meanings. */
const foreign = `{{- define "common.names.fullname" -}}foreign-{{ .Release.Name }}{{- end -}}
{{- define "common.name" -}}foreign{{- end -}}
{{- define "common.fullname" -}}foreign{{- end -}}
{{- define "common.labels" -}}foreign: label{{- end -}}
{{- define "common.image" -}}foreign/image:{{ fail "the wrong library" }}{{- end -}}
{{- define "common.values" -}}{{ fail "the wrong library" }}{{- end -}}
{{- define "service.all" -}}{{ fail "the wrong library" }}{{- end -}}
{{- define "job.all" -}}{{ fail "the wrong library" }}{{- end -}}
`;

function write(path: string, content: string | object): void {
  const file = join(umbrella, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : stringify(content));
}

const chart = (name: string, more: object = {}) => ({ apiVersion: 'v2', name, version: '1.0.0', ...more });
const dependency = (name: string, alias: string) => ({
  name,
  alias,
  version: '>=0.0.0',
  repository: `file://../charts/${name}`,
  condition: `${alias}.enabled`,
});

/** `helm template` of the umbrella with these values over its own. */
function umbrellaWith(values: object) {
  write('overlay.yaml', values);
  return run('template', 'platform', umbrella, '--values', join(umbrella, 'overlay.yaml'));
}
const rendered = (values: object = {}): Rendered[] => {
  const { ok, stdout, stderr } = umbrellaWith(values);
  if (!ok) throw new Error(stderr);
  return parse(stdout);
};

describe.skipIf(!hasHelm)('an umbrella chart with ours twice, beside a library named common', () => {
  beforeAll(() => {
    write('Chart.yaml', {
      ...chart('platform'),
      dependencies: [
        dependency('kaggle-data-api', 'catalogue'),
        dependency('kaggle-data-api', 'archive'),
        dependency('fetch-kaggle', 'mirror'),
        { name: 'neighbour', version: '1.0.0', repository: 'file://neighbour' },
      ],
    });
    write('neighbour/Chart.yaml', {
      ...chart('neighbour'),
      dependencies: [{ name: 'common', version: '1.0.0', repository: 'file://../common' }],
    });
    write(
      'neighbour/templates/all.yaml',
      `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ include "common.names.fullname" . }}\n  labels:\n    {{- include "common.labels" . | nindent 4 }}\n`,
    );
    write('common/Chart.yaml', chart('common', { type: 'library' }));
    write('common/templates/_all.tpl', foreign);
    const api = (host: string) => ({
      image: { repository: 'registry.example.com/team/api', tag: '1.2.3' },
      externalDatabase: { existingSecret: `${host}-db` },
      workloads: { api: { knative: { domains: { [`${host}.example.com`]: {} } } } },
    });
    write('values.yaml', {
      catalogue: api('catalogue'),
      archive: api('archive'),
      mirror: {
        image: { repository: 'team/api', tag: '1.2.3' },
        externalDatabase: { existingSecret: 'mirror-db' },
      },
    });
    for (const part of ['neighbour', '.']) {
      const built = run('dependency', 'update', join(umbrella, part));
      if (!built.ok) throw new Error(built.stderr);
    }
  });

  test('renders each by its own name, and leaves the neighbour to its library', () => {
    const objects = rendered();
    const services = objects.filter(({ apiVersion }) => apiVersion === 'serving.knative.dev/v1');
    expect(services.map(({ metadata }) => metadata.name).toSorted()).toEqual([
      'platform-archive',
      'platform-catalogue',
    ]);
    const catalogue = only(services, 'Service', 'platform-catalogue');
    expect(catalogue.metadata.labels).toMatchObject({ 'app.kubernetes.io/name': 'catalogue' });
    expect(JSON.stringify(catalogue.spec)).toContain('catalogue-db');
    expect(only(objects, 'ConfigMap', 'foreign-platform').metadata.labels).toEqual({ foreign: 'label' });
    const ids = objects.map(({ kind, apiVersion, metadata }) => `${apiVersion}/${kind}/${metadata.name}`);
    expect(new Set(ids).size).toBe(ids.length);
    const selectors = objects
      .filter(({ kind }) => kind === 'NetworkPolicy')
      .map(({ spec }) => JSON.stringify(spec.podSelector));
    expect(new Set(selectors).size).toBe(selectors.length);
  });

  test('leaves one out by its condition', () => {
    const names = rendered({ archive: { enabled: false } }).map(({ metadata }) => metadata.name);
    expect(names.filter((name) => name.includes('archive'))).toEqual([]);
    expect(names).toContain('platform-catalogue');
  });

  test('gives registry, pull secrets and labels to all', () => {
    const objects = rendered({
      global: {
        imageRegistry: 'mirror.example.com:5000',
        imagePullSecrets: ['one', { name: 'two' }],
        labels: { team: 'data' },
        anythingElse: { of: 'the neighbour' },
      },
    });
    const ours = objects.filter(({ metadata }) => metadata.name !== 'foreign-platform');
    for (const { kind, metadata } of ours)
      expect(metadata.labels, `${kind}/${metadata.name}`).toMatchObject({ team: 'data' });
    for (const { owner, spec, labels } of workloadsOf(ours)) {
      expect(spec.containers[0].image, owner).toBe('mirror.example.com:5000/team/api:1.2.3');
      expect(spec.imagePullSecrets, owner).toEqual([{ name: 'one' }, { name: 'two' }]);
      expect(labels).toMatchObject({ team: 'data' });
    }
    for (const { spec } of ours.filter(({ kind }) => kind === 'NetworkPolicy'))
      expect(spec.podSelector.matchLabels).not.toHaveProperty('team');
  });

  test('is refused what each chart refuses, tags being none of it', () => {
    expect(umbrellaWith({ tags: { all: true } }).stderr).toBe('');
    expect(umbrellaWith({ archive: { tags: { all: true } } }).stderr).toBe('');
    expect(umbrellaWith({ archive: { replcas: 2 } }).stderr).toContain(
      "additional properties 'replcas' not allowed",
    );
    expect(umbrellaWith({ archive: { 'kda-service': { port: 1 } } }).stderr).toContain('kda-service');
    expect(umbrellaWith({ archive: { image: { repository: '' } } }).stderr).toContain(
      'image.repository is empty',
    );
  });
});
