import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { HELP, parseOptions } from '#functions/fetch-kaggle/options.ts';
import { startFetch } from '#functions/fetch-kaggle/start-fetch.ts';
import { runMigrations } from '#functions/migrate/run-migrations.ts';
import { JobConfig } from '#shared/config/job-config.ts';
import { loadConfig } from '#shared/config/load-config.ts';
import { createLogger } from '#shared/telemetry/logger.ts';
import { openDataDir } from '../data-dir.ts';
import { given } from '../given.ts';
import { liveLocally } from '../live-locally.ts';
import { type LocalDatabase, openLocalDatabase } from '../local-database.ts';
import { requireOpenFiles } from '../open-files.ts';

// The mirror job, on the embedded PostgreSQL unless DATABASE_URL names another: that of a running npm start, or one
// started for this run.
await liveLocally(async ({ signal, onEnd }) => {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  requireOpenFiles();
  const dataDir = openDataDir(process.env);
  const root = process.env.KAGGLE_DATA_ROOT || join(dataDir.path, 'kaggle');
  const env = { ...process.env, KAGGLE_DATA_ROOT: root };
  loadConfig(JobConfig, { DATABASE_URL: 'postgres://embedded', ...given(env) });
  mkdirSync(root, { recursive: true });
  if (process.env.DATABASE_URL) return startFetch(options, env, signal);

  const local = await openLocalDatabase(dataDir.path, { share: true, signal });
  onEnd(local.stop);
  if (!local.isShared) await migrate(local, signal);
  local.open();
  const status = await startFetch(options, { ...env, DATABASE_URL: local.jobUrl }, signal);
  await local.alone();
  return status;
});

function migrate({ url, roles }: LocalDatabase, signal: AbortSignal): Promise<void> {
  return runMigrations({
    url,
    folder: resolve(import.meta.dirname, '../../migrations'),
    waitSeconds: 30,
    roles,
    logger: createLogger({ level: 'warn', name: 'migrate' }),
    signal,
  });
}
