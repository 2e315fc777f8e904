import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runMigrations } from '#functions/migrate/run-migrations.ts';
import { loadConfig } from '#shared/config/load-config.ts';
import { ServerConfig } from '#shared/config/server-config.ts';
import { createLogger } from '#shared/telemetry/logger.ts';
import { openDataDir } from '../data-dir.ts';
import { given } from '../given.ts';
import { spawnGuarded, stopGuarded } from '../guard.ts';
import { liveLocally } from '../live-locally.ts';
import { ensureDatabase, graphileEnv, type LocalDatabase, openLocalDatabase } from '../local-database.ts';
import { requireOpenFiles } from '../open-files.ts';

// Embedded PostgreSQL, the migration being written, and the API, each of which follows the files one edits.
const project = resolve(import.meta.dirname, '../..');
await liveLocally(async ({ signal, ended, onEnd }) => {
  requireOpenFiles();
  const dataDir = openDataDir(process.env);
  const kaggle = join(dataDir.path, 'kaggle');
  const env = {
    AUTH: 'off',
    HOST: '127.0.0.1',
    KAGGLE_DATA_ROOT: kaggle,
    METRICS_PORT: 'off',
    VALIDATE_ROWS: 'true',
    ...given(process.env),
  };
  const { HOST, PORT } = loadConfig(ServerConfig, { DATABASE_URL: 'postgres://embedded', ...env });
  mkdirSync(kaggle, { recursive: true });

  const local = process.env.DATABASE_URL ? null : await openLocalDatabase(dataDir.path, { signal });
  if (local) {
    onEnd(local.stop);
    await ensureDatabase(local.rootUrl, new URL(local.shadowUrl).pathname.slice(1));
    await makeRoles(local, signal);
    local.open();
  }
  signal.throwIfAborted();
  process.stdout.write(`
  API         http://${HOST}:${PORT}, started again when a file it uses changes
  migrations  migrations/current.sql runs at each change
  database    ${describeDatabase(local, dataDir.path)}

  Ctrl-C stops everything and keeps the data.

`);
  const start = (command: string, args: readonly string[], own: NodeJS.ProcessEnv) => {
    const child = spawnGuarded(command, args, { last: 'TERM', cwd: project, env: { ...env, ...own } });
    onEnd((hurry) => stopGuarded(child, { first: 'TERM', force: 'KILL' }, hurry));
    return child.exited;
  };
  const api = start(process.execPath, ['--watch', '--watch-preserve-output', 'functions/host/server.ts'], {
    ...(local && { DATABASE_URL: local.apiUrl }),
  });
  const migrations = start(join(project, 'node_modules/.bin/graphile-migrate'), ['watch'], {
    ...(local && graphileEnv(local)),
  });
  // Neither ends by itself unless something is wrong, which it has said.
  await Promise.race([api, migrations, ended]);
  return signal.aborted ? 0 : 1;
});

function describeDatabase(local: LocalDatabase | null, dataDir: string): string {
  if (!local) return 'DATABASE_URL';
  const address = new URL(local.url);
  address.password = '';
  return `${address.href}, password in ${join(dataDir, 'postgres/password')}`;
}

/** Each change of the migration being written grants again (.gmrc); one that did not change does not. */
async function makeRoles({ url, roles }: LocalDatabase, signal: AbortSignal): Promise<void> {
  const logger = createLogger({ level: 'warn', name: 'migrate' });
  const folder = join(project, 'migrations');
  await runMigrations({ url, folder, waitSeconds: 30, roles, logger, signal }).catch((err) => {
    signal.throwIfAborted();
    // Such as a table in grants.ts that is still to be written.
    logger.warn({ reason: err.message }, 'the roles have no rights yet: save migrations/current.sql');
  });
}
