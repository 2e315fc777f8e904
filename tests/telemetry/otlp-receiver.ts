import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll } from 'vitest';
import { METRICS, type MetricName } from '#shared/telemetry/metrics-catalogue.ts';
import type { Attributes } from './otlp-attributes.ts';
import { type ReceivedPoint, readPoints } from './otlp-points.ts';
import { type ReceivedSpan, readJsonSpans, readSpans } from './otlp-spans.ts';
import { decode } from './protobuf.ts';

export interface Receiver {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  url: string;
  spans: ReceivedSpan[];
  /** Every point of every metric, the newest last. */
  points: ReceivedPoint[];
  /** The newest points of a metric by its one attribute, or by '' where it has none; of histograms the counts. */
  values(name: MetricName): Record<string, number>;
  /** Paths that something came to, with its content type. */
  asked: Set<string>;
  /** Everything that came, as text. */
  raw(): string;
  /** Waits for a span that fits, and gives it. */
  span(fits: (span: ReceivedSpan) => boolean): Promise<ReceivedSpan>;
}

/** Takes OTLP over HTTP as a collector does. */
export function useReceiver(): Receiver {
  const bodies: Buffer[] = [];
  const receiver: Receiver = {
    url: '',
    spans: [],
    points: [],
    asked: new Set(),
    values: (name) =>
      Object.fromEntries(
        receiver.points
          .filter(({ metric }) => metric === METRICS[name].name)
          .map(({ attributes, kind, count, value }) => [
            only(attributes),
            kind === 'histogram' ? count : value,
          ]),
      ),
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
    const type = String(request.headers['content-type']);
    receiver.asked.add(`${request.url} ${type}`);
    if (request.url === '/v1/metrics') receiver.points.push(...readPoints(decode(body)));
    else if (type === 'application/json') receiver.spans.push(...readJsonSpans(JSON.parse(body.toString())));
    else receiver.spans.push(...readSpans(decode(body)));
    response.writeHead(200, { 'content-type': type }).end(type === 'application/json' ? '{}' : '');
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

function only(attributes: Attributes): string {
  const values = Object.values(attributes);
  if (values.length > 1) throw new Error(`more than one attribute: ${JSON.stringify(attributes)}`);
  return String(values[0] ?? '');
}
