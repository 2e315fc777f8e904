import * as z from 'zod';
import { Flag, integer, Port } from './fields.ts';

const OTLP_ADDRESS = { protocol: /^https?$/, error: 'must be an http or https address' };

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
  /** `true` switches all of it off: no traces, no metrics pushed, none served on METRICS_PORT. */
  OTEL_SDK_DISABLED: z.string().toLowerCase().pipe(Flag).default(false),
  /** Where OTLP is taken (protocol http/protobuf), such as http://otel-collector:4318; OTEL_EXPORTER_OTLP_HEADERS and the rest of that family are honoured too. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url(OTLP_ADDRESS).optional(),
  /** The only protocol for both; traces may also go by http/json. */
  OTEL_EXPORTER_OTLP_PROTOCOL: z
    .literal('http/protobuf', { error: 'must be http/protobuf' })
    .default('http/protobuf'),
  /** The protocol of traces: http/protobuf or http/json. */
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: z
    .enum(['http/protobuf', 'http/json'], { error: 'must be http/protobuf or http/json' })
    .optional(),
  /** Where traces go: otlp, console (standard output), both by a comma, or none. By default otlp when there is an endpoint. */
  OTEL_TRACES_EXPORTER: z
    .string()
    .regex(/^(none|(otlp|console)(,(otlp|console))*)$/, {
      error: 'must be otlp, console, both by a comma, or none',
    })
    .optional(),
  /** Where metrics are pushed: otlp or none. By default otlp when there is an endpoint. */
  OTEL_METRICS_EXPORTER: z.enum(['otlp', 'none'], { error: 'must be otlp or none' }).optional(),
  /** Milliseconds between two pushes of metrics. */
  OTEL_METRIC_EXPORT_INTERVAL: integer(100, 3_600_000).default(60_000),
  /** Milliseconds that a finished span waits for others to be sent with it. */
  OTEL_BSP_SCHEDULE_DELAY: integer(1, 60_000).default(1_000),
  /** Which traces are kept, as the specification names the samplers. */
  OTEL_TRACES_SAMPLER: z
    .enum(SAMPLERS, { error: `must be one of ${SAMPLERS.join(', ')}` })
    .default('parentbased_always_on'),
  /** The share that the ratio samplers keep, from 0 to 1. */
  OTEL_TRACES_SAMPLER_ARG: z
    .string()
    .regex(/^(0(\.\d{1,9})?|1(\.0{1,9})?)$/, { error: 'must be a number from 0 to 1' })
    .transform(Number)
    .default(1),
  /** What the process calls itself in metrics and traces, instead of its own name. */
  OTEL_SERVICE_NAME: z.string().optional(),
};

/** The port of a process's own for Prometheus. */
export function metricsPort() {
  return z
    .literal('off', { error: 'must be a port or off' })
    .transform(() => null)
    .or(Port);
}

export type TelemetryConfig = z.output<z.ZodObject<typeof telemetryFields>>;
