import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { hasHelm, type Rendered, useCharts } from './helm.ts';

const { render, template } = useCharts();
const url = 'http://kaggle-data-api.kaggle-data.svc';
const chart = 'kaggle-data-api';
const configMaps = (objects: Rendered[]) => objects.filter(({ kind }) => kind === 'ConfigMap');

describe.skipIf(!hasHelm)('kaggleClients.url', () => {
  test('gives pods what npm run kaggle:env prints', () => {
    const printed = execFileSync(process.execPath, [
      'scripts/kaggle-env.ts',
      '--url',
      url,
      '--format',
      'pod',
    ]);
    const { env } = parseYaml(printed.toString()) as { env: { name: string; value: string }[] };
    const [map, ...others] = configMaps(render(chart, 'local', { kaggleClients: { url } }));
    expect(others).toEqual([]);
    expect(map?.metadata.name).toBe('kaggle-data-api-kaggle-clients');
    expect(map?.data).toEqual(Object.fromEntries(env.map(({ name, value }) => [name, value])));
  });

  test('is nothing without', () => {
    expect(configMaps(render(chart, 'local', {}))).toEqual([]);
  });

  test.for(['https://mirror.example', 'http://mirror.example/path', 'http://a:token@mirror.example'])(
    'refuses %s, which clients cannot use or nobody may read',
    (wrong) => {
      const { ok, stderr } = template(chart, 'local', { kaggleClients: { url: wrong } });
      expect(ok).toBe(false);
      expect(stderr).toContain('/kaggleClients/url');
    },
  );
});
