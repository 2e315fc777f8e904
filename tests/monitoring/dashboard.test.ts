import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { DASHBOARD, dashboard } from '#scripts/dashboard.ts';
import { METRICS, type Metric, prometheusName } from '#shared/telemetry/metrics-catalogue.ts';
import { unknownNames } from './names.ts';

interface Panel {
  id: number;
  title: string;
  targets?: { expr: string }[];
  gridPos: { x: number; y: number; w: number; h: number };
}
const stored = JSON.parse(readFileSync(DASHBOARD, 'utf8')) as { panels: Panel[] };
const queries = stored.panels.flatMap(({ targets }) => targets?.map(({ expr }) => expr) ?? []);

describe('the dashboard', () => {
  it('is the one that node scripts/dashboard.ts makes, with npm run format after it', () => {
    expect(stored).toEqual(JSON.parse(JSON.stringify(dashboard())));
  });

  it('asks for metrics and attributes that exist, and shows all there are', () => {
    const file = resolve(import.meta.dirname, '../../monitoring/prometheus-rule.yaml');
    const recorded = (parse(readFileSync(file, 'utf8')).spec.groups as { rules: { record?: string }[] }[])
      .flatMap(({ rules }) => rules)
      .flatMap(({ record }) => record ?? []);
    for (const query of queries) expect(unknownNames(query, recorded), query).toEqual([]);
    for (const metric of Object.values<Metric>(METRICS))
      expect(queries.join('\n')).toContain(prometheusName(metric));
  });

  it('lays its panels side by side', () => {
    const cells = stored.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, n) => `${x + (n % w)},${y + Math.floor(n / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(new Set(stored.panels.map(({ id }) => id)).size).toBe(stored.panels.length);
  });
});
