import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { assets } from '#functions/host/assets.ts';
import { createRuntime } from '#functions/host/runtime.ts';
import { openServerTelemetry } from '#functions/host/server-telemetry.ts';
import { groups } from '#functions/index.ts';
import { runMigrations } from '#functions/migrate/run-migrations.ts';
import { JobConfig } from '#shared/config/job-config.ts';
import { loadConfig } from '#shared/config/load-config.ts';
import { ServerConfig } from '#shared/config/server-config.ts';
import { createLogger } from '#shared/telemetry/logger.ts';
import { banner } from '../banner.ts';
import { openDataDir } from '../data-dir.ts';
import { given } from '../given.ts';
import { liveLocally } from '../live-locally.ts';
import { openLocalDatabase } from '../local-database.ts';
import { requireOpenFiles } from '../open-files.ts';
import { addSamples, fetchSamples } from '../samples.ts';
import { startWorker } from '../worker.ts';

// The whole API in one process and the mirror's worker in another, on an embedded PostgreSQL unless DATABASE_URL names another,
// whose role then does everything.
await liveLocally(async ({ signal, onEnd }) => {
  requireOpenFiles();
  const dataDir = openDataDir(process.env);
  const env = {
    // Known once the embedded PostgreSQL runs: what is wrong with the settings is said before.
    DATABASE_URL: 'postgres://embedded',
    KAGGLE_DATA_ROOT: join(dataDir.path, 'kaggle'),
    VALIDATE_ROWS: 'true',
    LOG_LEVEL: 'warn',
    ...given(process.env),
  };
  const settings = loadConfig(ServerConfig, { HOST: '127.0.0.1', AUTH: 'off', METRICS_PORT: 'off', ...env });
  loadConfig(JobConfig, env);
  const volume = settings.KAGGLE_DATA_ROOT;
  if (volume) mkdirSync(volume, { recursive: true });

  // Bundled while PostgreSQL starts; what fails here fails again at the first page, which tells.
  assets.load().catch(() => {});
  const local = process.env.DATABASE_URL ? null : await openLocalDatabase(dataDir.path, { signal });
  if (local) onEnd(local.stop);
  const config = { ...settings, ...(local && { DATABASE_URL: local.apiUrl }) };
  const logger = createLogger({ level: config.LOG_LEVEL, name: 'kaggle-data-api' });
  await runMigrations({
    url: local?.url ?? config.DATABASE_URL,
    folder: resolve(import.meta.dirname, '../../migrations'),
    waitSeconds: 5,
    ...(local && { roles: local.roles }),
    logger,
    signal,
  });
  local?.open();
  signal.throwIfAborted();
  const telemetry = await openServerTelemetry(config, logger);
  onEnd(() => telemetry.close());
  const { app, db, close } = await createRuntime(groups, config, logger);
  onEnd(() => close());
  if (local?.isNew) await addSamples(db);
  const address = await app.listen({ host: config.HOST, port: config.PORT });
  telemetry.listening();
  const jobUrl = local?.jobUrl ?? config.DATABASE_URL;
  if (local?.isNew && volume) await fetchSamples({ url: jobUrl, root: volume }, signal);
  signal.throwIfAborted();
  await local?.settle();
  if (volume) onEnd(startWorker({ url: jobUrl, root: volume }).stop);
  process.stdout.write(banner({ address, dataDir, embedded: local !== null }));
});
