import { resolve } from 'node:path';
import { configOrExit, loadConfig } from '#shared/config/load-config.ts';
import { MigrateConfig, rolesOf } from '#shared/config/migrate-config.ts';
import { createLogger } from '#shared/telemetry/logger.ts';
import { runMigrations } from './run-migrations.ts';

const config = configOrExit(() => loadConfig(MigrateConfig, process.env));
// The bundle is one folder deep, this file two.
const beside = import.meta.filename.endsWith('.ts') ? '../../migrations' : '../migrations';
const logger = createLogger({ level: config.LOG_LEVEL, name: 'migrate' });
try {
  await runMigrations({
    url: config.DATABASE_URL,
    folder: config.MIGRATIONS_FOLDER ?? resolve(import.meta.dirname, beside),
    waitSeconds: config.MIGRATE_WAIT_SECONDS,
    roles: rolesOf(config),
    logger,
  });
} catch (err) {
  logger.fatal({ err }, 'the migrations failed');
  process.exitCode = 1;
}
