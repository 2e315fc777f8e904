import type { Attributes, Meter, ObservableCallback, ObservableResult } from '@opentelemetry/api';
import { METRICS, type Metric, type MetricName } from './metrics-catalogue.ts';

type Measurement = [name: MetricName, value: number, attributes: Attributes];
type Sink = (...measurement: Measurement) => void;
type Read = (result: ObservableResult) => void | Promise<void>;

const HELD_MOST = 10_000;

let sink: Sink = () => {};
let held: Measurement[] = [];
let meter: Meter | null = null;
const reads = new Map<Read, MetricName>();

/** Takes a measurement; costs next to nothing where metrics are off. */
export function count(name: MetricName, value: number, attributes: Attributes = {}): void {
  sink(name, value, attributes);
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

/** From now on measurements are kept for `measureWith`: the SDK is loaded when the first requests have their answers. */
export function holdMeasurements(): void {
  held = [];
  sink = (...measurement) => {
    if (held.length < HELD_MOST) held.push(measurement);
  };
}

/** Hands all measurements to a meter, those that were held first. */
export function measureWith(given: Meter): void {
  meter = given;
  const counters = Object.fromEntries(
    Object.entries<Metric>(METRICS)
      .filter(([, { observed }]) => !observed)
      .map(([name, metric]) => [name, recorder(given, metric)]),
  ) as Record<MetricName, (value: number, attributes: Attributes) => void>;
  sink = (name, value, attributes) => counters[name](value, attributes);
  for (const measurement of held) sink(...measurement);
  held = [];
  for (const [read, name] of reads) instrument(given, name).addCallback(read);
}

function recorder(given: Meter, { name, kind, unit, description, buckets }: Metric) {
  const options = { unit, description };
  if (kind === 'histogram') {
    const advice = buckets ? { explicitBucketBoundaries: [...buckets] } : {};
    const histogram = given.createHistogram(name, { ...options, advice });
    return (value: number, attributes: Attributes) => histogram.record(value, attributes);
  }
  const sum =
    kind === 'updown' ? given.createUpDownCounter(name, options) : given.createCounter(name, options);
  return (value: number, attributes: Attributes) => sum.add(value, attributes);
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
