import { type Attributes, attributesOf, serviceOf } from './otlp-attributes.ts';
import type { Message } from './protobuf.ts';

export interface ReceivedPoint {
  metric: string;
  unit: string;
  kind: 'gauge' | 'sum' | 'histogram';
  attributes: Attributes;
  /** Of a histogram the sum of what was measured. */
  value: number;
  /** How many measurements a histogram has; 0 for others. */
  count: number;
  /** Upper bounds of a histogram's buckets. */
  bounds: number[];
  service: string;
}

/** The points of an ExportMetricsServiceRequest (opentelemetry-proto 1.x, metrics_service). */
export function* readPoints(request: Message): Generator<ReceivedPoint> {
  for (const resourceMetrics of request.messages(1))
    for (const scope of resourceMetrics.messages(2))
      for (const metric of scope.messages(2)) {
        const head = {
          metric: metric.bytes(1).toString(),
          unit: metric.bytes(3).toString(),
          service: serviceOf(resourceMetrics),
        };
        for (const point of pointsOf(metric, 5)) yield { ...head, kind: 'gauge', ...readNumber(point) };
        for (const point of pointsOf(metric, 7)) yield { ...head, kind: 'sum', ...readNumber(point) };
        for (const point of pointsOf(metric, 9))
          yield { ...head, kind: 'histogram', ...readHistogram(point) };
      }
}

function pointsOf(metric: Message, kind: number): Message[] {
  return metric.messages(kind).flatMap((data) => data.messages(1));
}

function readNumber(point: Message) {
  const value = point.has(4) ? point.bytes(4).readDoubleLE() : Number(point.bytes(6).readBigInt64LE());
  return { attributes: attributesOf(point.messages(7)), value, count: 0, bounds: [] };
}

function readHistogram(point: Message) {
  const packed = point.bytes(7);
  return {
    attributes: attributesOf(point.messages(9)),
    value: point.has(5) ? point.bytes(5).readDoubleLE() : 0,
    count: Number(point.bytes(4).readBigUInt64LE()),
    bounds: Array.from({ length: packed.length / 8 }, (_, n) => packed.readDoubleLE(n * 8)),
  };
}
