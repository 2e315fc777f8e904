import { spawn } from 'node:child_process';
import { chmod, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { openDataDir } from './data-dir.ts';
import { ensureDatabase, graphileEnv, openLocalDatabase } from './local-database.ts';

// graphile-migrate with its three addresses set: to those given, or to the embedded PostgreSQL.
const project = resolve(import.meta.dirname, '..');
const local = process.env.DATABASE_URL ? null : await openLocalDatabase(openDataDir(process.env).path);
if (local) await ensureDatabase(local.rootUrl, new URL(local.shadowUrl).pathname.slice(1));
const env = { ...process.env, ...(local && graphileEnv(local)) };

const child = spawn(join(project, 'node_modules/.bin/graphile-migrate'), process.argv.slice(2), {
  cwd: project,
  env,
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
child.on('exit', async (code, signal) => {
  if (process.argv[2] === 'commit') await letAllRead(join(project, 'migrations/committed'));
  await local?.stop();
  process.exitCode = code ?? (signal === 'SIGINT' ? 0 : 1);
});

/** graphile-migrate writes 0440, which a checkout by git never has: whoever else runs the project cannot read it. */
async function letAllRead(folder: string): Promise<void> {
  for (const name of await readdir(folder)) await chmod(join(folder, name), 0o644);
}
