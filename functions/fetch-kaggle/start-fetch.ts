import { JobConfig } from '#shared/config/job-config.ts';
import { ConfigError, loadConfig } from '#shared/config/load-config.ts';
import { classifyDatabaseError } from '#shared/data/database-errors.ts';
import { toVolumeError, VolumeError } from '#shared/storage/storage-errors.ts';
import { createLogger } from '#shared/telemetry/logger.ts';
import { openTelemetry } from '#shared/telemetry/telemetry.ts';
import type { Options } from './options.ts';
import { runFetch } from './run-fetch.ts';

/**
 * Runs the job as a process does: settings from `env`, output to this terminal.
 * @returns the status to exit with. What failed with 3 may succeed when it is repeated, which the chart does. With 1, what
 * failed is in the catalogue and is tried by the next run.
 */
export async function startFetch(
  options: Options,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<0 | 1 | 2 | 3> {
  const terminal = process.stdout.isTTY ? process.stdout : null;
  let log = createLogger({ level: 'info', name: 'fetch-kaggle' });
  try {
    const config = loadConfig(JobConfig, env);
    // Beside a progress bar only what went wrong.
    const level = terminal && config.LOG_LEVEL === 'info' ? 'warn' : config.LOG_LEVEL;
    log = createLogger({ level, name: 'fetch-kaggle' });
    const telemetry = await openTelemetry({
      service: 'fetch-kaggle',
      prometheus: config.METRICS_PORT === null ? null : { host: '0.0.0.0', port: config.METRICS_PORT },
      loadInstrumentations: async () => {
        const { autoInstrumentations } = await import('#shared/telemetry/auto-instrumentations.ts');
        return autoInstrumentations();
      },
      config,
      logger: log,
    });
    await telemetry.startMetrics();
    try {
      return await runFetch(options, { config, log, terminal, signal, telemetry });
    } finally {
      await telemetry.close();
    }
  } catch (err) {
    if (err instanceof ConfigError) {
      process.stderr.write(`${err.message}\n`);
      return 2;
    }
    const volume = toVolumeError(err);
    if (classifyDatabaseError(err) === 'unavailable')
      log.fatal({ reason: (err as Error).message }, 'the database is unreachable. Check DATABASE_URL.');
    else if (volume instanceof VolumeError)
      log.fatal({ reason: volume.message }, 'the volume cannot be used. Check KAGGLE_DATA_ROOT.');
    else log.fatal({ err }, 'the run failed');
    return 3;
  }
}
