import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { RuntimeNodeInstrumentation } from '@opentelemetry/instrumentation-runtime-node';
import { MeterProvider, type MetricReader, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { observeWith } from './measure.ts';
import { measuredMetrics } from './measured-metrics.ts';
import { servePrometheus } from './prometheus.ts';
import { describeProcess, reportTroubles } from './sdk.ts';
import type { Exporter, TelemetryOptions } from './telemetry-parts.ts';

const SCOPE = 'kaggle-data-api';

/** Begins to serve and to push metrics, V8's and the event loop's among them. */
export async function startMeter(
  options: TelemetryOptions,
  pushes: boolean,
  instrumentations: readonly Instrumentation[],
): Promise<Exporter> {
  const { config, prometheus } = options;
  reportTroubles(options);
  const readers: MetricReader[] = [];
  const metricProducers = [measuredMetrics({ name: SCOPE })];
  if (pushes)
    readers.push(
      new PeriodicExportingMetricReader({
        exporter: new OTLPMetricExporter(),
        metricProducers,
        exportIntervalMillis: config.OTEL_METRIC_EXPORT_INTERVAL,
        exportTimeoutMillis: Math.min(config.OTEL_METRIC_EXPORT_INTERVAL, 10_000),
      }),
    );
  const scraped = prometheus && (await servePrometheus(prometheus, metricProducers, options.logger));
  if (scraped) readers.push(scraped);
  const provider = new MeterProvider({ resource: describeProcess(options), readers });
  const runtime = instrumentations.find(({ instrumentationName }) =>
    instrumentationName.endsWith('/instrumentation-runtime-node'),
  );
  (runtime ?? new RuntimeNodeInstrumentation()).setMeterProvider(provider);
  observeWith(provider.getMeter(SCOPE));
  return { flush: () => provider.forceFlush(), close: () => provider.shutdown() };
}
