import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { StartError } from '#scripts/start-error.ts';

const PATIENCE = { SIGINT: 20_000, SIGQUIT: 10_000 };

/** What postmaster.pid says: line 1 is the process, line 4 the port, which is absent at first. */
export async function readPostmaster(cluster: string): Promise<{ pid: number; port: number } | null> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  const lines = text.split('\n');
  return { pid: Number(lines[0]), port: Number(lines[3]) };
}

/**
 * Stops a server that runs in `cluster` though nobody uses it, as one does whose process was killed together with its
 * guard. Only for the holder of the data directory's lock.
 */
export async function endForgottenServer(cluster: string): Promise<void> {
  const found = await readPostmaster(cluster);
  if (found === null || !isAlive(found.pid)) return;
  const { pid } = found;
  if (!(await isServerOf(pid, cluster))) {
    // Its number is another process's now, which PostgreSQL would take for the server.
    await rm(join(cluster, 'postmaster.pid'), { force: true });
    return;
  }
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    process.kill(pid, signal);
    for (const end = Date.now() + PATIENCE[signal]; isAlive(pid); await sleep(20))
      if (Date.now() > end) break;
    if (!isAlive(pid)) return;
  }
  throw new StartError(
    `A PostgreSQL that was left behind in ${cluster} (process ${pid}) does not stop. End it, then start again.`,
  );
}

function isAlive(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** PostgreSQL works in its cluster's folder. Where /proc does not tell, its command line names that. */
async function isServerOf(pid: number, cluster: string): Promise<boolean> {
  if (existsSync('/proc/self/cwd')) {
    const [its, ours] = await Promise.all([stat(`/proc/${pid}/cwd`).catch(() => null), stat(cluster)]);
    return its !== null && its.dev === ours.dev && its.ino === ours.ino;
  }
  const command = await promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).catch(
    () => null,
  );
  return command?.stdout.includes(`-D ${cluster} `) ?? false;
}
