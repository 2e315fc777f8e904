import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { unknownNames } from './names.ts';
import { hasPromtool, promtool } from './promtool.ts';

const project = resolve(import.meta.dirname, '../..');
const { spec } = parse(readFileSync(join(project, 'monitoring/prometheus-rule.yaml'), 'utf8')) as {
  spec: { groups: { rules: Rule[] }[] };
};
interface Rule {
  alert?: string;
  record?: string;
  expr: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}
const rules = spec.groups.flatMap((group) => group.rules);
const alerts = rules.filter((rule) => rule.alert !== undefined);

describe('alerts', () => {
  it('ask for metrics and attributes that exist', () => {
    const recorded = rules.flatMap(({ record }) => record ?? []);
    expect(
      unknownNames('sum(rate(http_made_up_total[5m])) / kaggle_data_volume_free_bytes{made_up="1"}'),
    ).toEqual(['http_made_up_total', 'kaggle_data_volume_free_bytes{made_up}']);
    for (const { expr } of rules) expect(unknownNames(expr, recorded), expr).toEqual([]);
  });

  it('say how urgent they are, what is wrong, and what to do', () => {
    for (const { alert, labels, annotations } of alerts) {
      expect(['page', 'ticket'], alert).toContain(labels?.severity);
      expect(annotations?.summary, alert).toBeTruthy();
      expect(annotations?.description, alert).toContain('.');
      expect(annotations?.runbook, alert).toMatch(/^docs\/runbooks\/[a-z-]+\.md$/);
      expect(existsSync(join(project, annotations?.runbook ?? '')), annotations?.runbook).toBe(true);
    }
  });

  it.for([
    ['KaggleJobMissed', 'cronjob', 'fetch-kaggle', 'CronJob', ''],
    ['KaggleJobFailed', 'job_name', 'fetch-kaggle', 'CronJob', '-29381040'],
    ['KaggleMigrationsFailed', 'job_name', 'kaggle-data-api', 'Job', ''],
  ] as const)('%s asks for every %s of the chart %s', ([alert, label, chart, kind, suffix]) => {
    const { expr = '' } = alerts.find((rule) => rule.alert === alert) ?? {};
    const patterns = [...expr.matchAll(new RegExp(`\\b${label}=~"([^"]*)"`, 'g'))];
    expect(patterns.length).toBeGreaterThan(0);
    const rendered = readFileSync(join(project, `tests/charts/__snapshots__/${chart}.yaml`), 'utf8');
    const names = parseAllDocuments(rendered)
      .map((document) => document.toJS() as { kind: string; metadata: { name: string } })
      .flatMap((object) => (object.kind === kind ? object.metadata.name + suffix : []));
    expect(names.length).toBeGreaterThan(0);
    for (const [, pattern] of patterns)
      for (const name of names) expect(name).toMatch(new RegExp(`^(${pattern})$`));
  });

  it('are all tried', () => {
    const tried = readFileSync(join(project, 'monitoring/prometheus-rule.test.yaml'), 'utf8');
    for (const { alert } of alerts) expect(tried).toContain(`alertname: ${alert}`);
  });
});

describe.skipIf(!hasPromtool)('promtool', () => {
  const dir = mkdtempSync(join(tmpdir(), 'kaggle-rules-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it('takes the rules, and they fire when they should and only then', { timeout: 180_000 }, () => {
    writeFileSync(join(dir, 'rules.yaml'), stringify(spec));
    copyFileSync(join(project, 'monitoring/prometheus-rule.test.yaml'), join(dir, 'test.yaml'));
    expect(promtool(['check', 'rules', 'rules.yaml'], dir)).toMatchObject({ status: 0 });
    expect(promtool(['test', 'rules', 'test.yaml'], dir)).toMatchObject({ status: 0 });
  });
});
