import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { DataPointType, type MetricProducer } from '@opentelemetry/sdk-metrics';
import type { Logger } from './logger.ts';
import { unitSuffix } from './metrics-catalogue.ts';

/**
 * Answers GET /metrics on a port of its own. Null when that port cannot be had: that is logged, and no reason to
 * refuse service.
 */
export async function servePrometheus(
  { host, port }: { host: string; port: number },
  metricProducers: MetricProducer[],
  logger: Logger,
): Promise<PrometheusExporter | null> {
  // Its own server takes port 0 for its default, and cannot be asked where it listens.
  const exporter = new PrometheusExporter({
    preventServerStart: true,
    withoutScopeInfo: true,
    metricProducers,
  });
  nameUnits(exporter);
  const server = createServer((request, response) => {
    const reading = request.method === 'GET' || request.method === 'HEAD';
    if (reading && request.url === '/metrics') exporter.getMetricsRequestHandler(request, response);
    else response.writeHead(404).end();
  });
  try {
    await once(server.listen({ host, port }), 'listening');
  } catch (err) {
    logger.error(
      { err },
      `metrics are not served: port ${port} is unavailable. Set METRICS_PORT to another port, or off.`,
    );
    return null;
  }
  server.unref();
  logger.info({ port: (server.address() as AddressInfo).port }, 'metrics are served');
  return exporter;
}

/** The exporter leaves units out of names; with them a metric has one name, whether it is scraped or pushed. */
function nameUnits(exporter: PrometheusExporter): void {
  const collect = exporter.collect.bind(exporter);
  exporter.collect = async (options) => {
    const collected = await collect(options);
    for (const { metrics } of collected.resourceMetrics.scopeMetrics)
      for (const metric of metrics) {
        const { name, unit } = metric.descriptor;
        const kind = metric.dataPointType === DataPointType.GAUGE ? 'gauge' : 'other';
        const descriptor = { ...metric.descriptor, name: `${name}${unitSuffix({ unit, kind })}` };
        Object.assign(metric, { descriptor });
      }
    return collected;
  };
}
