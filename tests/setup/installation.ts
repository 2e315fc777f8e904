import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { copyCluster } from './cluster.ts';

export const PROJECT = resolve(import.meta.dirname, '../..');
const PATIENCE = { timeout: 60_000, interval: 20 };

export interface Run {
  child: ChildProcess;
  exited: Promise<number | null>;
  output(): string;
  /** Waits for the words, or throws when it ends before. */
  says(words: string): Promise<void>;
  /** As a terminal does: to the process and all that it started in its group. */
  signalGroup(signal: NodeJS.Signals): void;
}

interface Launch {
  env?: Record<string, string>;
  cwd?: string;
  uid?: number;
}

/** A folder of a test's own that the database's user can get through, taken away after the test. */
export function scratchDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'kaggle-start-'));
  chmodSync(dir, 0o755);
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** A data directory for starts that are not about initdb: what that makes is there. */
export function dataDir(): string {
  const dir = scratchDir();
  copyCluster(join(dir, 'postgres'));
  return dir;
}

/** Starts a command as a shell does, in a group of its own; what is left of it after the test is killed. */
export function launch(command: readonly string[], { env = {}, cwd = PROJECT, uid }: Launch = {}): Run {
  const [file = '', ...args] = command;
  const child = spawn(file, args, {
    cwd,
    env: { PATH: `${join(cwd, 'node_modules/.bin')}:${process.env.PATH}`, HOME: tmpdir(), PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    ...(uid !== undefined && { uid, gid: uid }),
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (text += chunk));
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const signalGroup = (signal: NodeJS.Signals) => {
    try {
      process.kill(-Number(child.pid), signal);
    } catch {
      // It has ended.
    }
  };
  onTestFinished(() => signalGroup('SIGKILL'));
  return {
    child,
    exited,
    output: () => text,
    says: (words) =>
      vi.waitFor(() => {
        if (text.includes(words)) return;
        const ended = child.exitCode ?? child.signalCode;
        if (ended !== null) throw new Error(`it ended with ${ended}: ${text}`);
        throw new Error(`it does not say ${words}: ${text}`);
      }, PATIENCE),
    signalGroup,
  };
}

/** The processes that name `dir` in their command line or environment, by their numbers. Linux only. */
export function processesOf(dir: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid)
    .filter((pid) =>
      [`/proc/${pid}/cmdline`, `/proc/${pid}/environ`].some((file) => read(file).includes(dir)),
    );
}

/** Its command line, with U+0000 between arguments; empty when it has ended. */
export function commandOf(pid: number): string {
  return read(`/proc/${pid}/cmdline`);
}

/** Waits until nothing of an installation runs any more. */
export async function nothingLeftOf(dir: string, timeout = 20_000): Promise<void> {
  await vi.waitFor(
    () => {
      const left = processesOf(dir).map(commandOf);
      if (left.length > 0) throw new Error(`still running: ${left.join('\n')}`);
    },
    { timeout, interval: 50 },
  );
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
