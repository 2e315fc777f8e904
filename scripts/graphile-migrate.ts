import { chmod, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { openDataDir } from './data-dir.ts';
import { spawnGuarded, stopGuarded } from './guard.ts';
import { liveLocally } from './live-locally.ts';
import { ensureDatabase, graphileEnv, openLocalDatabase } from './local-database.ts';

// graphile-migrate with its three addresses set: to those given, or to the embedded PostgreSQL.
const project = resolve(import.meta.dirname, '..');
await liveLocally(async ({ signal, ended, onEnd }) => {
  const args = process.argv.slice(2);
  const local = process.env.DATABASE_URL
    ? null
    : await openLocalDatabase(openDataDir(process.env).path, { share: true, signal });
  if (local) {
    onEnd(local.stop);
    await ensureDatabase(local.rootUrl, new URL(local.shadowUrl).pathname.slice(1));
    local.open();
  }
  signal.throwIfAborted();
  const env = { ...process.env, ...(local && graphileEnv(local)) };
  const child = spawnGuarded(join(project, 'node_modules/.bin/graphile-migrate'), args, {
    last: 'TERM',
    cwd: project,
    env,
  });
  onEnd((hurry) => stopGuarded(child, { first: 'TERM', force: 'KILL' }, hurry));
  const status = (await Promise.race([child.exited, ended])) ?? 1;
  if (args[0] === 'commit') await letAllRead(join(project, 'migrations/committed'));
  await local?.alone();
  return signal.aborted ? 0 : status;
});

/** graphile-migrate writes 0440, which a checkout by git never has: whoever else runs the project cannot read it. */
async function letAllRead(folder: string): Promise<void> {
  for (const name of await readdir(folder)) await chmod(join(folder, name), 0o644);
}
