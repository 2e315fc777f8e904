import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll } from 'vitest';
import { decode, type Message } from './protobuf.ts';

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
  attributes: Record<string, string | number | boolean>;
  service: string;
}

export interface Receiver {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  url: string;
  spans: ReceivedSpan[];
  /** Names of all metrics that came. */
  metrics: Set<string>;
  /** Everything that came, as text. */
  raw(): string;
  /** Waits for a span that fits, and gives it. */
  span(fits: (span: ReceivedSpan) => boolean): Promise<ReceivedSpan>;
}

/** Takes OTLP over HTTP as a collector does (opentelemetry-proto 1.x, trace_service and metrics_service). */
export function useReceiver(): Receiver {
  const bodies: Buffer[] = [];
  const receiver: Receiver = {
    url: '',
    spans: [],
    metrics: new Set(),
    raw: () => Buffer.concat(bodies).toString('latin1'),
    async span(fits) {
      for (const end = Date.now() + 10_000; Date.now() < end; await new Promise((r) => setTimeout(r, 20))) {
        const found = receiver.spans.find(fits);
        if (found) return found;
      }
      throw new Error(`no such span among: ${receiver.spans.map(({ name }) => name).join(', ')}`);
    },
  };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    bodies.push(body);
    if (request.url === '/v1/traces') receiver.spans.push(...readSpans(decode(body)));
    else for (const name of readMetricNames(decode(body))) receiver.metrics.add(name);
    response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
  });
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return receiver;
}

function* readSpans(request: Message): Generator<ReceivedSpan> {
  for (const resourceSpans of request.messages(1)) {
    const service = String(
      attributes(resourceSpans.messages(1).flatMap((resource) => resource.messages(1)))['service.name'],
    );
    for (const scope of resourceSpans.messages(2))
      for (const span of scope.messages(2))
        yield {
          traceId: span.bytes(1).toString('hex'),
          spanId: span.bytes(2).toString('hex'),
          parentId: span.bytes(4).toString('hex'),
          name: span.bytes(5).toString(),
          kind: span.number(6),
          status: span.messages(15)[0]?.number(3) ?? 0,
          attributes: attributes(span.messages(9)),
          service,
        };
  }
}

function* readMetricNames(request: Message): Generator<string> {
  for (const resourceMetrics of request.messages(1))
    for (const scope of resourceMetrics.messages(2))
      for (const metric of scope.messages(2)) yield metric.bytes(1).toString();
}

function attributes(pairs: Message[]): ReceivedSpan['attributes'] {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [value] = pair.messages(2);
      if (value?.has(1)) return [pair.bytes(1).toString(), value.bytes(1).toString()];
      return [pair.bytes(1).toString(), value?.has(2) ? value.number(2) === 1 : (value?.number(3) ?? 0)];
    }),
  );
}
