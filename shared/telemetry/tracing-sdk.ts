import { type ProxyTracerProvider, trace } from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';
import type { TracerProvider } from '@opentelemetry/sdk-trace';
import { describeProcess, reportTroubles } from './sdk.ts';
import { noteTracing } from './spans.ts';
import type { TelemetryOptions, Tracing } from './telemetry-parts.ts';

/** Makes spans real, for the whole process; exporters, samplers, limits and propagators as the SDK reads them from OTEL_*. */
export async function startTracing(options: TelemetryOptions): Promise<Tracing> {
  const { config, loadInstrumentations } = options;
  // The SDK's own default of 5 s is longer than what starts from zero may live.
  process.env.OTEL_BSP_SCHEDULE_DELAY ??= String(config.OTEL_BSP_SCHEDULE_DELAY);
  const instrumentations = (await loadInstrumentations?.()) ?? [];
  const sdk = new NodeSDK({
    resource: describeProcess(options),
    autoDetectResources: false,
    instrumentations,
    // Metrics are started later, and logs go to standard output.
    metricReaders: [],
    logRecordProcessors: [],
  });
  // After the SDK, which has OTEL_LOG_LEVEL write to the console.
  reportTroubles(options);
  sdk.start();
  noteTracing();
  return { instrumentations, flush: flushSpans, close: () => sdk.shutdown() };
}

/** NodeSDK cannot be told to flush; its provider can. */
async function flushSpans(): Promise<void> {
  await ((trace.getTracerProvider() as ProxyTracerProvider).getDelegate() as TracerProvider).forceFlush();
}
