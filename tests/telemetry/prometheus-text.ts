import { METRICS, type MetricName, prometheusName } from '#shared/telemetry/metrics-catalogue.ts';

/**
 * The value of the one series of a metric with these labels, whatever others it has; of a histogram its count or
 * its sum. Undefined when there is none.
 */
export function sample(
  text: string,
  name: MetricName,
  labels: Record<string, string | number> = {},
  part: 'count' | 'sum' = 'count',
): number | undefined {
  const metric = METRICS[name];
  const series = prometheusName(metric) + (metric.kind === 'histogram' ? `_${part}` : '');
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  const found = text.split('\n').filter((line) => {
    const [, of, pairs = ''] = /^(\w+)(?:\{(.*)\})? /.exec(line) ?? [];
    return of === series && wanted.every((pair) => pairs.split(',').includes(pair));
  });
  if (found.length > 1) throw new Error(`which of these?\n${found.join('\n')}`);
  return found[0] === undefined ? undefined : Number(found[0].slice(found[0].lastIndexOf(' ')));
}
