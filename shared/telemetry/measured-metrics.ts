import { type HrTime, ValueType } from '@opentelemetry/api';
import { emptyResource } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type MetricData,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics';
import { measurements } from './measure.ts';
import { METRICS, type Metric } from './metrics-catalogue.ts';
import type { Series } from './series.ts';

/** What was measured (`count`), as a reader of the SDK takes it: sums and histograms since the process began. */
export function measuredMetrics(scope: { name: string }): MetricProducer {
  return {
    async collect() {
      const metrics = [...measurements()]
        .filter(([, { all }]) => all.length > 0)
        .map(([name, { all }]) => metricData(METRICS[name], all));
      return {
        resourceMetrics: { resource: emptyResource(), scopeMetrics: [{ scope, metrics }] },
        errors: [],
      };
    },
  };
}

function metricData({ name, kind, unit, description, buckets }: Metric, all: readonly Series[]): MetricData {
  const aggregationTemporality = AggregationTemporality.CUMULATIVE;
  const descriptor = { name, unit, description, valueType: ValueType.DOUBLE };
  if (kind === 'histogram')
    return {
      descriptor,
      aggregationTemporality,
      dataPointType: DataPointType.HISTOGRAM,
      dataPoints: all.map((series) =>
        point(series, {
          count: series.count,
          sum: series.sum,
          min: series.min,
          max: series.max,
          buckets: { boundaries: [...(buckets ?? [])], counts: [...series.buckets] },
        }),
      ),
    };
  return {
    descriptor,
    aggregationTemporality,
    dataPointType: DataPointType.SUM,
    isMonotonic: kind === 'counter',
    dataPoints: all.map((series) => point(series, series.sum)),
  };
}

function point<Value>({ attributes, since }: Series, value: Value): DataPoint<Value> {
  return { attributes, startTime: toHrTime(since), endTime: toHrTime(Date.now()), value };
}

function toHrTime(milliseconds: number): HrTime {
  return [Math.trunc(milliseconds / 1_000), (milliseconds % 1_000) * 1_000_000];
}
