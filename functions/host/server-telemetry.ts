import type { ServerConfig } from '#shared/config/server-config.ts';
import type { Logger } from '#shared/telemetry/logger.ts';
import { openTelemetry } from '#shared/telemetry/telemetry.ts';

const AFTER_THE_FIRST_ANSWERS = 500;

/** Telemetry of a process that listens. Metrics are loaded a little later: what it was started for comes first. */
export async function openServerTelemetry(config: ServerConfig, logger: Logger) {
  const { HOST: host, METRICS_PORT: port } = config;
  const telemetry = await openTelemetry({
    service: 'kaggle-data-api',
    prometheus: port === null ? null : { host, port },
    config,
    logger,
  });
  return {
    listening() {
      setTimeout(() => telemetry.startMetrics(), AFTER_THE_FIRST_ANSWERS).unref();
    },
    close: telemetry.close,
  };
}
