import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

const PROJECT = resolve(import.meta.dirname, '../../..');

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

interface Options {
  /** The project's folder when absent. */
  cwd?: string;
  env?: Record<string, string>;
  input?: string;
  /** Ends the process by this signal after so many milliseconds. */
  kill?: { signal: NodeJS.Signals; after: number };
}

/** Runs a program in a process group of its own; never throws for its exit status. */
export function outcomeOf(
  program: string,
  args: readonly string[],
  { cwd = PROJECT, env, input = '', kill }: Options = {},
): Promise<Outcome> {
  return new Promise((done, failed) => {
    const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, detached: true });
    const out = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk) => {
      out.stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      out.stderr += chunk;
    });
    const timer = kill && setTimeout(() => child.pid && process.kill(-child.pid, kill.signal), kill.after);
    child.on('error', failed);
    child.on('close', (code) => {
      clearTimeout(timer);
      done({ code, ...out });
    });
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

export function make(target: string, env: Record<string, string> = {}): Promise<Outcome> {
  return outcomeOf('make', ['-s', '-C', 'knative', target], { env });
}
