import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { RuntimeNodeInstrumentation } from '@opentelemetry/instrumentation-runtime-node';
import { MeterProvider, type MetricReader, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { measureWith } from './measure.ts';
import { servePrometheus } from './prometheus.ts';
import { describeProcess, reportTroubles } from './sdk.ts';
import type { Exporter, TelemetryOptions } from './telemetry-parts.ts';

/** Begins to serve and to push metrics, V8's and the event loop's among them. */
export async function startMeter(
  options: TelemetryOptions,
  pushes: boolean,
  instrumentations: readonly Instrumentation[],
): Promise<Exporter> {
  const { config, prometheus } = options;
  reportTroubles(options);
  const readers: MetricReader[] = [];
  if (pushes)
    readers.push(
      new PeriodicExportingMetricReader({
        exporter: new OTLPMetricExporter(),
        exportIntervalMillis: config.OTEL_METRIC_EXPORT_INTERVAL,
        exportTimeoutMillis: Math.min(config.OTEL_METRIC_EXPORT_INTERVAL, 10_000),
      }),
    );
  const scraped = prometheus && (await servePrometheus(prometheus, options.logger));
  if (scraped) readers.push(scraped);
  const provider = new MeterProvider({ resource: describeProcess(options), readers });
  const runtime = instrumentations.find(({ instrumentationName }) =>
    instrumentationName.endsWith('/instrumentation-runtime-node'),
  );
  (runtime ?? new RuntimeNodeInstrumentation()).setMeterProvider(provider);
  measureWith(provider.getMeter('kaggle-data-api'));
  return { flush: () => provider.forceFlush(), close: () => provider.shutdown() };
}
