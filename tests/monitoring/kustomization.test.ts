import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';

const folder = resolve(import.meta.dirname, '../../monitoring');
const read = (path: string) => readFileSync(join(folder, path), 'utf8');

const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0;
if (!hasKubectl) console.warn('what `kubectl apply -k monitoring` applies is not tested: no kubectl on PATH');

describe.skipIf(!hasKubectl)('kubectl apply -k monitoring', () => {
  const { status, stdout, stderr } = spawnSync('kubectl', ['kustomize', folder], {
    encoding: 'utf8',
    env: { ...process.env, KUBECONFIG: '/nonexistent' },
    maxBuffer: 1 << 26,
  });
  const objects = parseAllDocuments(stdout).map((document) => document.toJS());
  const only = (kind: string) => {
    const found = objects.filter((object) => object.kind === kind);
    expect(found).toHaveLength(1);
    return found[0];
  };

  it('applies the alerts and the dashboard, in the namespace of Prometheus and Grafana', () => {
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const named = objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`);
    expect(named.sort()).toEqual([
      'ConfigMap monitoring/kaggle-data-dashboard',
      'PrometheusRule monitoring/kaggle-data',
    ]);
  });

  it('changes nothing of the rules', () => {
    expect(only('PrometheusRule').spec).toEqual(parse(read('prometheus-rule.yaml')).spec);
  });

  it('labels the dashboard as Grafana’s sidecar looks for it', () => {
    const { data, metadata } = only('ConfigMap');
    expect(data).toEqual({ 'kaggle-data.json': read('dashboards/kaggle-data.json') });
    const { label } = parse(read('prometheus-values.yaml')).grafana.sidecar.dashboards;
    expect(metadata.labels).toEqual({ [label]: '1' });
  });
});
