import type { Instrumentation } from '@opentelemetry/instrumentation';
import type { TelemetryConfig } from '#shared/config/telemetry-fields.ts';
import type { Logger } from './logger.ts';

export interface TelemetryOptions {
  /** What the process is: `service.name`. */
  service: string;
  /** Where Prometheus is answered; null for nowhere. Port 0 is any. */
  prometheus: { host: string; port: number } | null;
  /** Loads what else is to be traced and measured; asked only when tracing is configured. */
  loadInstrumentations?: () => Promise<Instrumentation[]>;
  config: TelemetryConfig;
  logger: Logger;
}

/** What a part of the SDK offers once it runs. */
export interface Exporter {
  flush(): Promise<void>;
  close(): Promise<void>;
}

export interface Tracing extends Exporter {
  /** They are to measure too, once metrics are started. */
  instrumentations: readonly Instrumentation[];
}
