import * as z from 'zod';
import { httpAddress } from './address-fields.ts';
import { Flag, integer, Port, Text } from './fields.ts';

const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

/** Metrics and traces, by the names of the OpenTelemetry specification. */
export const telemetryFields = {
  /** `true` disables traces and metrics, including those on METRICS_PORT. */
  OTEL_SDK_DISABLED: z.string().toLowerCase().pipe(Flag).default(false),
  /** Address of the OTLP collector, such as http://otel-collector:4318. The other OTEL_EXPORTER_OTLP_* variables, such as OTEL_EXPORTER_OTLP_HEADERS, work as well. */
  OTEL_EXPORTER_OTLP_ENDPOINT: httpAddress().optional(),
  /** OTLP protocol of traces and metrics. No other value is accepted. */
  OTEL_EXPORTER_OTLP_PROTOCOL: z
    .literal('http/protobuf', { error: 'must be http/protobuf' })
    .default('http/protobuf'),
  /** OTLP protocol of traces: http/protobuf or http/json. By default OTEL_EXPORTER_OTLP_PROTOCOL. */
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: z
    .enum(['http/protobuf', 'http/json'], { error: 'must be http/protobuf or http/json' })
    .optional(),
  /** Comma-separated exporters of traces: otlp, console (standard output), or none. By default otlp when an endpoint is set. */
  OTEL_TRACES_EXPORTER: z
    .string()
    .regex(/^(none|(otlp|console)(,(otlp|console))*)$/, {
      error: 'must be otlp, console, otlp,console, or none',
    })
    .optional(),
  /** Exporter of pushed metrics: otlp or none. By default otlp when an endpoint is set. Set none when Prometheus reads METRICS_PORT. */
  OTEL_METRICS_EXPORTER: z.enum(['otlp', 'none'], { error: 'must be otlp or none' }).optional(),
  /** Milliseconds between two pushes of metrics. Lower it for finer graphs. */
  OTEL_METRIC_EXPORT_INTERVAL: integer(100, 3_600_000).default(60_000),
  /** Milliseconds that a finished span waits to be sent together with others. */
  OTEL_BSP_SCHEDULE_DELAY: integer(1, 60_000).default(1_000),
  /** Sampler of traces, by its name in the specification. Set parentbased_traceidratio to keep a share of the traces. */
  OTEL_TRACES_SAMPLER: z
    .enum(SAMPLERS, { error: `must be one of ${SAMPLERS.join(', ')}` })
    .default('parentbased_always_on'),
  /** Share of traces that the ratio samplers keep, from 0 to 1. */
  OTEL_TRACES_SAMPLER_ARG: z
    .string()
    .regex(/^(0(\.\d{1,9})?|1(\.0{1,9})?)$/, { error: 'must be a number from 0 to 1' })
    .transform(Number)
    .default(1),
  /** Name of the process in metrics and traces. By default kaggle-data-api or fetch-kaggle. */
  OTEL_SERVICE_NAME: Text.optional(),
};

/** The port of a process's own for Prometheus. */
export function metricsPort() {
  return z
    .literal('off', { error: 'must be a TCP port or off' })
    .transform(() => null)
    .or(Port);
}

export type TelemetryConfig = z.output<z.ZodObject<typeof telemetryFields>>;
