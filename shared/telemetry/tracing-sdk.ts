import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ConsoleSpanExporter,
  ParentBasedSampler,
  type Sampler,
  SimpleSpanProcessor,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { describeProcess, reportTroubles } from './sdk.ts';
import type { Exporter, TelemetryOptions } from './telemetry.ts';

/** Makes spans real, for the whole process. */
export async function startTracing(
  options: TelemetryOptions,
  exporter: 'otlp' | 'console',
): Promise<Exporter> {
  const { config } = options;
  reportTroubles(options);
  const provider = new TracerProvider({
    resource: describeProcess(options),
    sampler: sampler(config.OTEL_TRACES_SAMPLER, config.OTEL_TRACES_SAMPLER_ARG),
    spanProcessors: [
      exporter === 'console'
        ? new SimpleSpanProcessor({ exporter: new ConsoleSpanExporter() })
        : new BatchSpanProcessor({
            exporter: new OTLPTraceExporter(),
            scheduledDelayMillis: config.OTEL_BSP_SCHEDULE_DELAY,
          }),
    ],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  if (options.outgoing) await import('./outgoing-sdk.ts').then(({ traceOutgoing }) => traceOutgoing());
  return { flush: () => provider.forceFlush(), close: () => provider.shutdown() };
}

function sampler(name: TelemetryOptions['config']['OTEL_TRACES_SAMPLER'], share: number): Sampler {
  if (name.startsWith('parentbased_')) {
    const root = sampler(name.slice('parentbased_'.length) as 'always_on', share);
    return new ParentBasedSampler({ root });
  }
  if (name === 'always_off') return new AlwaysOffSampler();
  return name === 'traceidratio' ? new TraceIdRatioBasedSampler(share) : new AlwaysOnSampler();
}
