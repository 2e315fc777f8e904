import { existsSync } from 'node:fs';
import { configOrExit, loadConfig } from '#shared/config/load-config.ts';
import { MigrateConfig } from '#shared/config/migrate-config.ts';
import { createLogger } from '#shared/telemetry/logger.ts';
import { runMigrations } from './run.ts';

/** One above the bundle, two above this file. Where there is none graphile-migrate would make an empty one. */
const migrations = ['..', '../..']
  .map((up) => `${import.meta.dirname}/${up}/migrations`)
  .find((folder) => existsSync(`${folder}/committed`));

const config = configOrExit(() => loadConfig(MigrateConfig, process.env));
const logger = createLogger({ level: config.LOG_LEVEL, name: 'migrate' });
try {
  const folder = config.MIGRATIONS_FOLDER ?? migrations;
  if (folder === undefined) throw new Error('there is no folder migrations; set MIGRATIONS_FOLDER');
  await runMigrations({
    url: config.DATABASE_URL,
    folder,
    waitSeconds: config.MIGRATE_WAIT_SECONDS,
    roles: { api: config.API_ROLE, job: config.JOB_ROLE },
    logger,
  });
} catch (err) {
  logger.fatal({ err }, 'the migrations were not applied');
  process.exitCode = 1;
}
