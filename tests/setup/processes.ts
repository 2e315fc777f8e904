import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { builtProgram, compileCache } from './programs.ts';

const project = resolve(import.meta.dirname, '../..');

export interface ApiProcess {
  child: ChildProcess;
  address: string;
  /** What it has written so far, on both outputs. */
  output(): string;
  exited: Promise<number | null>;
}

/** A process of ours that listens: a built program by its name, or a source file. Ready when it says where, in its log or banner. */
export async function startApi(entry: string, env: Record<string, string>): Promise<ApiProcess> {
  const file = entry.endsWith('.ts') ? join(project, entry) : builtProgram(entry);
  const child = spawn(process.execPath, [file], {
    cwd: project,
    env: {
      PATH: process.env.PATH,
      ...compileCache(),
      HOST: '127.0.0.1',
      PORT: '0',
      METRICS_PORT: 'off',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const address = await new Promise<string>((found, failed) => {
    const read = (chunk: Buffer) => {
      output += chunk;
      const [match] = /http:\/\/127\.0\.0\.1:\d+/.exec(output) ?? [];
      if (match) found(match);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    exited.then((code) => failed(new Error(`${entry} ended with ${code}: ${output}`)));
  });
  return { child, address, exited, output: () => output };
}
