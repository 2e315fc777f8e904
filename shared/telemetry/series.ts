import type { Attributes } from '@opentelemetry/api';

/** What was measured with one set of attributes, since it was first. */
export interface Series {
  attributes: Attributes;
  /** Milliseconds of the epoch. */
  since: number;
  count: number;
  sum: number;
  min: number;
  max: number;
  /** How many values were at most each of the bounds, and above the last one. */
  buckets: number[];
}

/** As many as OpenTelemetry's SDK keeps of a metric; what is beyond them is counted together. */
const MOST = 2_000;
const OVERFLOW: Attributes = { 'otel.metric.overflow': true };

interface Level {
  below: Map<unknown, Level>;
  series?: Series;
}

/** The series of one metric, found by the values of the attributes that it may have. */
export class SeriesOf {
  readonly all: Series[] = [];
  readonly #names: readonly string[];
  readonly #bounds: readonly number[];
  readonly #root: Level = { below: new Map() };
  #overflow: Series | undefined;

  constructor(names: readonly string[], bounds: readonly number[]) {
    this.#names = names;
    this.#bounds = bounds;
  }

  add(value: number, attributes: Attributes): void {
    const series = this.#find(attributes);
    series.count += 1;
    series.sum += value;
    if (value < series.min) series.min = value;
    if (value > series.max) series.max = value;
    if (this.#bounds.length === 0) return;
    let bucket = 0;
    while (bucket < this.#bounds.length && value > Number(this.#bounds[bucket])) bucket += 1;
    series.buckets[bucket] = Number(series.buckets[bucket]) + 1;
  }

  #find(attributes: Attributes): Series {
    let level = this.#root;
    for (const name of this.#names) {
      const value = attributes[name];
      let next = level.below.get(value);
      if (next === undefined) {
        if (this.all.length >= MOST) {
          this.#overflow ??= this.#begin(OVERFLOW);
          return this.#overflow;
        }
        next = { below: new Map() };
        level.below.set(value, next);
      }
      level = next;
    }
    level.series ??= this.#begin(
      Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined)),
    );
    return level.series;
  }

  #begin(attributes: Attributes): Series {
    const series = {
      attributes,
      since: Date.now(),
      count: 0,
      sum: 0,
      min: Number.POSITIVE_INFINITY,
      max: Number.NEGATIVE_INFINITY,
      buckets: Array(this.#bounds.length + 1).fill(0),
    };
    this.all.push(series);
    return series;
  }
}
