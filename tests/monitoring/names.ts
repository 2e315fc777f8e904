import {
  METRICS,
  type Metric,
  prometheusName,
  RUNTIME_METRICS,
} from '#shared/telemetry/metrics-catalogue.ts';

const OTHERS = /^(kube_(cronjob|job)_\w+|up)$/;
const LABELS_OF_ALL = new Set(['le', 'instance', 'job', 'namespace', 'pod', 'service_name']);

const series = new Map<string, readonly string[]>();
for (const metric of Object.values<Metric>(METRICS)) {
  const name = prometheusName(metric);
  const labels = metric.attributes.map((attribute) => attribute.replace(/\W/g, '_'));
  const names =
    metric.kind === 'histogram' ? ['_bucket', '_sum', '_count'].map((part) => name + part) : [name];
  for (const each of names) series.set(each, labels);
}

/** Metrics, and labels of metrics, that an expression of PromQL names although nobody makes them. */
export function unknownNames(expr: string, recorded: readonly string[] = []): string[] {
  const known = (name: string) =>
    series.has(name) || recorded.includes(name) || RUNTIME_METRICS.includes(name) || OTHERS.test(name);
  // Every metric has a low line or a colon; functions and labels are told by what stands around them.
  const bare = expr
    .replace(/"[^"]*"|\[[^\]]*\]/g, '""')
    .replace(/\b(by|on|without|ignoring)\s*\([^)]*\)/g, '');
  const unknown: string[] = [];
  for (const [, name = '', selector = ''] of bare.matchAll(
    /([a-z][\w:]*[_:][\w:]*)\s*(\{[^}]*\}|(?!\w|\s*\())/g,
  )) {
    if (!known(name)) unknown.push(name);
    const labels = series.get(name);
    for (const [, label = ''] of selector.matchAll(/(\w+)\s*[=!]/g))
      if (labels && !labels.includes(label) && !LABELS_OF_ALL.has(label)) unknown.push(`${name}{${label}}`);
  }
  return unknown;
}
