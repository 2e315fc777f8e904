import { setTimeout as sleep } from 'node:timers/promises';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { keepMeasurements } from './measure.ts';
import type { Exporter, TelemetryOptions } from './telemetry-parts.ts';

export interface Telemetry {
  /**
   * Loads what metrics need and hands on what was measured before. Meant for after the first answers: a process
   * that starts because a request waits has better things to do. Never throws; what fails is logged.
   */
  startMetrics(): Promise<void>;
  /** Sends what is not sent yet, for 3 seconds at most. */
  flush(): Promise<void>;
  /** Flushes, and stops. */
  close(): Promise<void>;
}

const PATIENCE = 3_000;
const NOTHING: Telemetry = { startMetrics: async () => {}, flush: async () => {}, close: async () => {} };

/** Starts tracing when it is configured, and else loads nothing. Spans of what runs from now on are complete. */
export async function openTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  const { config, logger, prometheus } = options;
  if (config.OTEL_SDK_DISABLED) return NOTHING;
  const endpoint = config.OTEL_EXPORTER_OTLP_ENDPOINT;
  const byDefault = endpoint === undefined ? 'none' : 'otlp';
  const traces = config.OTEL_TRACES_EXPORTER ?? byDefault;
  const pushes = (config.OTEL_METRICS_EXPORTER ?? byDefault) === 'otlp';
  const exporters: Exporter[] = [];
  let instrumentations: readonly Instrumentation[] = [];
  if (traces !== 'none') {
    const { startTracing } = await import('./tracing-sdk.ts');
    const tracing = await startTracing(options);
    exporters.push(tracing);
    instrumentations = tracing.instrumentations;
  }
  const measures = pushes || prometheus !== null;
  if (measures) keepMeasurements();
  const all = (act: (exporter: Exporter) => Promise<void>) =>
    Promise.race([Promise.allSettled(exporters.map(act)), sleep(PATIENCE, undefined, { ref: false })]);
  return {
    async startMetrics() {
      if (!measures) return;
      try {
        const { startMeter } = await import('./metrics-sdk.ts');
        exporters.push(await startMeter(options, pushes, instrumentations));
      } catch (err) {
        logger.error({ err }, 'metrics cannot be collected');
      }
    },
    flush: () => all((exporter) => exporter.flush()).then(() => {}),
    close: () => all((exporter) => exporter.close()).then(() => {}),
  };
}
