import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import closeWithGrace from 'close-with-grace';
import { createRuntime } from '#functions/host/runtime.ts';
import { openServerTelemetry } from '#functions/host/server-telemetry.ts';
import { groups } from '#functions/index.ts';
import { runMigrations } from '#functions/migrate/run.ts';
import { configOrExit, loadConfig } from '#shared/config/load-config.ts';
import { ServerConfig } from '#shared/config/server-config.ts';
import { createLogger } from '#shared/telemetry/logger.ts';
import { banner } from './banner.ts';
import { openDataDir } from './data-dir.ts';
import { openLocalDatabase } from './local-database.ts';
import { addSamples, fetchSamples } from './samples.ts';
import { startWorker, type Worker } from './worker.ts';

// The whole API in one process and the mirror's worker in another, on an embedded PostgreSQL unless DATABASE_URL names another,
// whose role then does everything.
const dataDir = openDataDir(process.env);
const local = process.env.DATABASE_URL ? null : await openLocalDatabase(dataDir.path);
if (local?.shared) {
  process.stderr.write(
    `${dataDir.path} is in use by another npm start: stop that one, or set DATA_DIR and PORT for a second.\n`,
  );
  process.exit(1);
}
const config = configOrExit(() =>
  loadConfig(ServerConfig, {
    HOST: '127.0.0.1',
    KAGGLE_DATA_ROOT: join(dataDir.path, 'kaggle'),
    VALIDATE_ROWS: 'true',
    LOG_LEVEL: 'warn',
    AUTH: 'off',
    METRICS_PORT: 'off',
    ...process.env,
    ...(local && { DATABASE_URL: local.apiUrl }),
  }),
);
const logger = createLogger({ level: config.LOG_LEVEL, name: 'kaggle-data-api' });
await runMigrations({
  url: local?.url ?? config.DATABASE_URL,
  folder: resolve(import.meta.dirname, '../migrations'),
  waitSeconds: 30,
  ...(local && { roles: local.roles }),
  logger,
});
if (config.KAGGLE_DATA_ROOT) mkdirSync(config.KAGGLE_DATA_ROOT, { recursive: true });
const telemetry = await openServerTelemetry(config, logger);
const { app, db, close } = await createRuntime(groups, config, logger);

let worker: Worker | null = null;
closeWithGrace({ delay: 10_000, logger: false }, async ({ err }) => {
  if (err) process.stderr.write(`${explain(err)}\n`);
  await worker?.stop();
  await close();
  await telemetry.close();
  await local?.stop();
});
if (local?.created) await addSamples(db);
const address = await app.listen({ host: config.HOST, port: config.PORT });
telemetry.listening();
const volume = config.KAGGLE_DATA_ROOT;
const jobUrl = local?.jobUrl ?? config.DATABASE_URL;
if (local?.created && volume) await fetchSamples({ url: jobUrl, root: volume });
worker = volume ? startWorker({ url: jobUrl, root: volume }) : null;
process.stdout.write(banner({ address, dataDir, embedded: local !== null }));

function explain(error: NodeJS.ErrnoException): string {
  if (error.code !== 'EADDRINUSE') return error.stack ?? error.message;
  return `Port ${config.PORT} is taken by another program: PORT=3001 npm start uses another one.`;
}
