import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { HELP, parseOptions } from '#functions/fetch-kaggle/options.ts';
import { startFetch } from '#functions/fetch-kaggle/start.ts';
import { runMigrations } from '#functions/migrate/run.ts';
import { configOrExit } from '#shared/config/load-config.ts';
import { createLogger } from '#shared/telemetry/logger.ts';
import { openDataDir } from './data-dir.ts';
import { type LocalDatabase, openLocalDatabase } from './local-database.ts';

// The mirror job, on the embedded PostgreSQL unless DATABASE_URL names another: that of a running npm start, or one
// started for this run.
const options = configOrExit(() => parseOptions(process.argv.slice(2)));
if (options.help) process.stdout.write(HELP);
else {
  const dataDir = openDataDir(process.env);
  const local = process.env.DATABASE_URL ? null : await openLocalDatabase(dataDir.path);
  try {
    if (local && !local.shared) await migrate(local);
    const root = process.env.KAGGLE_DATA_ROOT || join(dataDir.path, 'kaggle');
    mkdirSync(root, { recursive: true });
    const env = { ...process.env, KAGGLE_DATA_ROOT: root, ...(local && { DATABASE_URL: local.jobUrl }) };
    process.exitCode = await startFetch(options, env);
  } finally {
    await local?.stop();
  }
}

function migrate({ url, roles }: LocalDatabase): Promise<void> {
  const folder = resolve(import.meta.dirname, '../migrations');
  return runMigrations({
    url,
    folder,
    waitSeconds: 30,
    roles,
    logger: createLogger({ level: 'warn', name: 'migrate' }),
  });
}
