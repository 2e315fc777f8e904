import type { Attributes, Meter, ObservableCallback, ObservableResult } from '@opentelemetry/api';
import { METRICS, type Metric, type MetricName } from './metrics-catalogue.ts';
import { SeriesOf } from './series.ts';

type Read = (result: ObservableResult) => void | Promise<void>;

const NONE: Attributes = {};

let measured: Map<MetricName, SeriesOf> | null = null;
let meter: Meter | null = null;
const reads = new Map<Read, MetricName>();

/** Takes a measurement; costs next to nothing where metrics are off. */
export function count(name: MetricName, value: number, attributes: Attributes = NONE): void {
  measured?.get(name)?.add(value, attributes);
}

/** Has `read` asked whenever metrics are collected, until the function that is returned is called. */
export function observe(name: MetricName, read: Read): () => void {
  reads.set(read, name);
  if (meter) instrument(meter, name).addCallback(read);
  return () => {
    reads.delete(read);
    if (meter) instrument(meter, name).removeCallback(read);
  };
}

/**
 * From now on measurements are summed up. Our sums are read by the SDK (`measuredMetrics`) instead of made by it: it is
 * loaded when the first requests have their answers, and it would serialise the attributes of each measurement.
 */
export function keepMeasurements(): void {
  measured = new Map();
  for (const [name, { observed, attributes, buckets = [] }] of Object.entries<Metric>(METRICS))
    if (!observed) measured.set(name as MetricName, new SeriesOf(attributes, buckets));
}

/** All that was measured so far, by metric. */
export function measurements(): ReadonlyMap<MetricName, Pick<SeriesOf, 'all'>> {
  return measured ?? new Map();
}

/** Has a meter ask what is observed. */
export function observeWith(given: Meter): void {
  meter = given;
  for (const [read, name] of reads) instrument(given, name).addCallback(read);
}

/** Creating an instrument twice gives the one there is, as the specification demands. */
function instrument(given: Meter, key: MetricName): Observed {
  const { name, kind, unit, description }: Metric = METRICS[key];
  const options = { unit, description };
  return kind === 'gauge'
    ? given.createObservableGauge(name, options)
    : given.createObservableUpDownCounter(name, options);
}

interface Observed {
  addCallback(callback: ObservableCallback): void;
  removeCallback(callback: ObservableCallback): void;
}
