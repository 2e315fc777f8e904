import { type Attributes, attributesOf, serviceOf } from './otlp-attributes.ts';
import type { Message } from './protobuf.ts';

export interface ReceivedSpan {
  traceId: string;
  spanId: string;
  /** Empty for the first of a trace. */
  parentId: string;
  name: string;
  /** 1 internal, 2 server, 3 client. */
  kind: number;
  /** 2 is an error. */
  status: number;
  attributes: Attributes;
  service: string;
}

/** The spans of an ExportTraceServiceRequest (opentelemetry-proto 1.x, trace_service). */
export function* readSpans(request: Message): Generator<ReceivedSpan> {
  for (const resourceSpans of request.messages(1))
    for (const scope of resourceSpans.messages(2))
      for (const span of scope.messages(2))
        yield {
          traceId: span.bytes(1).toString('hex'),
          spanId: span.bytes(2).toString('hex'),
          parentId: span.bytes(4).toString('hex'),
          name: span.bytes(5).toString(),
          kind: span.number(6),
          status: span.messages(15)[0]?.number(3) ?? 0,
          attributes: attributesOf(span.messages(9)),
          service: serviceOf(resourceSpans),
        };
}

interface JsonPair {
  key: string;
  value: { stringValue?: string; boolValue?: boolean; intValue?: string | number };
}

interface JsonSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  status?: { code?: number };
  attributes: JsonPair[];
}

interface JsonRequest {
  resourceSpans: { resource: { attributes: JsonPair[] }; scopeSpans: { spans: JsonSpan[] }[] }[];
}

/** The same request as http/json has it: ids in hexadecimal, names in lowerCamelCase. */
export function* readJsonSpans(request: JsonRequest): Generator<ReceivedSpan> {
  for (const { resource, scopeSpans } of request.resourceSpans)
    for (const { spans } of scopeSpans)
      for (const { parentSpanId = '', status, attributes, traceId, spanId, name, kind } of spans)
        yield {
          traceId,
          spanId,
          parentId: parentSpanId,
          name,
          kind,
          status: status?.code ?? 0,
          attributes: jsonAttributes(attributes),
          service: String(jsonAttributes(resource.attributes)['service.name']),
        };
}

function jsonAttributes(pairs: readonly JsonPair[]): Attributes {
  return Object.fromEntries(
    pairs.map(({ key, value }) => [
      key,
      value.stringValue ?? value.boolValue ?? Number(value.intValue ?? Number.NaN),
    ]),
  );
}
