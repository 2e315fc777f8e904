import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runMigrations } from '#functions/migrate/run.ts';
import { createLogger } from '#shared/telemetry/logger.ts';
import { openDataDir } from './data-dir.ts';
import { ensureDatabase, graphileEnv, type LocalDatabase, openLocalDatabase } from './local-database.ts';

// Embedded PostgreSQL, the migration being written, and the API, each of which follows the files one edits.
const project = resolve(import.meta.dirname, '..');
const dataDir = openDataDir(process.env);
const local = process.env.DATABASE_URL ? null : await openLocalDatabase(dataDir.path);
if (local?.shared) {
  process.stderr.write(
    `${dataDir.path} is in use by another npm start or npm run dev: stop that one, or set DATA_DIR and PORT for a second.\n`,
  );
  process.exit(1);
}
if (local) await ensureDatabase(local.rootUrl, new URL(local.shadowUrl).pathname.slice(1));
const kaggle = join(dataDir.path, 'kaggle');
mkdirSync(kaggle, { recursive: true });
const env = {
  AUTH: 'off',
  HOST: '127.0.0.1',
  KAGGLE_DATA_ROOT: kaggle,
  METRICS_PORT: 'off',
  VALIDATE_ROWS: 'true',
  ...process.env,
};
if (local) await makeRoles(local);
process.stdout.write(`
  API         http://${env.HOST}:${process.env.PORT || 3000}, started again when a file it uses changes
  migrations  migrations/current.sql runs at each change
  database    ${describeDatabase()}

  Ctrl-C stops everything and keeps the data.

`);
const children = [
  start(process.execPath, ['--watch', '--watch-preserve-output', 'functions/host/server.ts'], {
    ...(local && { DATABASE_URL: local.apiUrl }),
  }),
  start(join(project, 'node_modules/.bin/graphile-migrate'), ['watch'], {
    ...(local && graphileEnv(local)),
  }),
];
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    for (const child of children) child.kill(signal);
  });
await Promise.race(children.map(ended));
for (const child of children) child.kill();
await Promise.all(children.map(ended));
await local?.stop();

function describeDatabase(): string {
  if (!local) return 'DATABASE_URL';
  const address = new URL(local.url);
  address.password = '';
  return `${address.href}, password in ${join(dataDir.path, 'postgres/password')}`;
}

/** Each change of the migration being written grants again (.gmrc); one that did not change does not. */
async function makeRoles({ url, roles }: LocalDatabase): Promise<void> {
  const logger = createLogger({ level: 'warn', name: 'migrate' });
  const folder = join(project, 'migrations');
  await runMigrations({ url, folder, waitSeconds: 30, roles, logger }).catch((err) => {
    // Such as a table in grants.ts that is still to be written.
    logger.warn({ reason: err.message }, 'the roles have no rights yet: save migrations/current.sql');
  });
}

function start(command: string, args: readonly string[], own: NodeJS.ProcessEnv): ChildProcess {
  return spawn(command, args, {
    cwd: project,
    env: { ...env, ...own },
    stdio: ['ignore', 'inherit', 'inherit'],
    // A process group of its own: Ctrl-C reaches it through us, once.
    detached: true,
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}
