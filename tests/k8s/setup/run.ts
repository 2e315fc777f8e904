import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

const PROJECT = resolve(import.meta.dirname, '../../..');

export interface Outcome {
  code: number | null;
  /** What ended it, when a signal did. */
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface Options {
  /** The project's folder when absent. */
  cwd?: string;
  env?: Record<string, string>;
  input?: string;
  /** Called once when this is on its standard error; `kill` ends it and all that it started, by SIGKILL. */
  when?: { printed: RegExp; act: (kill: () => void) => unknown };
}

/** Runs a program in a process group of its own; never throws for its exit status. */
export function outcomeOf(
  program: string,
  args: readonly string[],
  { cwd = PROJECT, env, input = '', when }: Options = {},
): Promise<Outcome> {
  return new Promise((done, failed) => {
    const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, detached: true });
    const out = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk) => {
      out.stdout += chunk;
    });
    const kill = () => {
      if (child.exitCode === null && child.pid) process.kill(-child.pid, 'SIGKILL');
    };
    let waiting = when;
    child.stderr.on('data', (chunk) => {
      out.stderr += chunk;
      if (!waiting?.printed.test(out.stderr)) return;
      const { act } = waiting;
      waiting = undefined;
      Promise.resolve(act(kill)).catch(failed);
    });
    child.on('error', failed);
    child.on('close', (code, signal) => done({ code, signal, ...out }));
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

/** The standard output of a program that must succeed. */
export async function run(program: string, args: readonly string[], options?: Options): Promise<string> {
  const { code, stdout, stderr } = await outcomeOf(program, args, options);
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}:\n${stdout}\n${stderr}`);
  return stdout.trim();
}

export function make(
  target: string,
  env: Record<string, string> = {},
  options: Options = {},
): Promise<Outcome> {
  return outcomeOf('make', ['-s', '-C', 'knative', target], { ...options, env });
}
