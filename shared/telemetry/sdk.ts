import { hostname } from 'node:os';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import {
  defaultResource,
  detectResources,
  envDetector,
  type Resource,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import type { TelemetryOptions } from './telemetry-parts.ts';

/** Who speaks, in metrics and traces alike; OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES have the last word. */
export function describeProcess({ service }: TelemetryOptions): Resource {
  return defaultResource()
    .merge(
      resourceFromAttributes({
        'service.name': service,
        'service.namespace': 'kaggle-data',
        'service.instance.id': hostname(),
      }),
    )
    .merge(detectResources({ detectors: [envDetector] }));
}

/** The SDK's own troubles become log lines: an endpoint that does not answer must be seen. */
export function reportTroubles({ logger }: TelemetryOptions): void {
  const nothing = () => {};
  diag.setLogger(
    {
      error: (message) => logger.warn({ telemetry: message.slice(0, 500) }, 'telemetry is not delivered'),
      warn: (message) => logger.debug({ telemetry: message.slice(0, 500) }, 'telemetry'),
      info: nothing,
      debug: nothing,
      verbose: nothing,
    },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
}
