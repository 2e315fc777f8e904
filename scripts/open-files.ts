import { spawnSync } from 'node:child_process';
import { StartError } from './start-error.ts';

/** PostgreSQL refuses to start with less than some hundred; Node has raised its own limit as far as it may. */
const LEAST = 256;

/** @throws {StartError} when this process may open too few files */
export function requireOpenFiles(): void {
  const { stdout } = spawnSync('/bin/sh', ['-c', 'ulimit -n'], { encoding: 'utf8' });
  const limit = Number(stdout ?? Number.NaN);
  // `unlimited` is no number.
  if (limit < LEAST)
    throw new StartError(
      `At most ${limit} files may be open at once (ulimit -n), and at least ${LEAST} are needed. Raise the limit with ulimit -n 1024, then start again.`,
    );
}
