import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const project = resolve(import.meta.dirname, '../..');
const yaml = (path: string) => parse(readFileSync(join(project, path), 'utf8'));

type Kind = 'receivers' | 'processors' | 'exporters';
type Pipeline = Record<Kind, string[]>;
const values = yaml('monitoring/collector-values.yaml');
const config = values.config as Record<Kind, Record<string, unknown>> & {
  service: { pipelines: Record<string, Pipeline | null> };
};
const KINDS: Kind[] = ['receivers', 'processors', 'exporters'];
const pipelines = Object.entries(config.service.pipelines).flatMap(([name, pipeline]) =>
  pipeline === null ? [] : [[name, pipeline] as const],
);
/** null takes a default of the chart away. */
const configured = (kind: Kind) => Object.keys(config[kind]).filter((name) => config[kind][name] !== null);

describe('the collector', () => {
  it('takes metrics and traces, and no logs', () => {
    expect(pipelines.map(([name]) => name)).toEqual(['metrics', 'traces']);
    expect(config.service.pipelines.logs).toBeNull();
  });

  it.for(pipelines)('has all that the pipeline of %s names', ([, pipeline]) => {
    for (const kind of KINDS) {
      expect(pipeline[kind].length, kind).toBeGreaterThan(0);
      for (const name of pipeline[kind]) expect(configured(kind)).toContain(name);
    }
    expect(pipeline.processors[0]).toBe('memory_limiter');
    expect(pipeline.processors.at(-1)).toBe('batch');
  });

  it('uses all that it configures', () => {
    for (const kind of KINDS) {
      const used = new Set(pipelines.flatMap(([, pipeline]) => pipeline[kind]));
      expect([...used].sort()).toEqual(configured(kind).sort());
    }
  });

  it('listens where the charts send to', () => {
    const { endpoint } = (config.receivers.otlp as { protocols: { http: { endpoint: string } } }).protocols
      .http;
    const [, port] = /^0\.0\.0\.0:(\d+)$/.exec(endpoint) ?? [];
    expect(values.ports['otlp-http'].enabled).toBe(true);
    const addresses = globSync('helm/charts/*/values-*.yaml', { cwd: project }).flatMap(
      (path) => yaml(path)?.env?.OTEL_EXPORTER_OTLP_ENDPOINT ?? [],
    );
    expect(addresses.length).toBeGreaterThan(0);
    for (const address of addresses)
      expect(address).toBe(`http://${values.fullnameOverride}.monitoring:${port}`);
  });

  it('sends to a Prometheus that takes it, under the names that alerts ask for', () => {
    const { endpoint } = config.exporters['otlp_http/prometheus'] as { endpoint: string };
    expect(endpoint).toMatch(
      /^http:\/\/monitoring-kube-prometheus-prometheus\.monitoring:9090\/api\/v1\/otlp$/,
    );
    const { prometheusSpec } = yaml('monitoring/prometheus-values.yaml').prometheus;
    expect(prometheusSpec.enableOTLPReceiver).toBe(true);
    expect(prometheusSpec.otlp.translationStrategy).toBe('UnderscoreEscapingWithSuffixes');
  });
});
