import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { resolve } from 'node:path';
import { freePort } from '#scripts/free-port.ts';

const project = resolve(import.meta.dirname, '../..');

/** What the image starts Node with. */
export const IMAGE_ENV: Record<string, string> = Object.fromEntries(
  readFileSync(resolve(project, 'Dockerfile'), 'utf8')
    .matchAll(/\b(NODE_OPTIONS|MALLOC_ARENA_MAX)=(\S+)/g)
    .map(([, name, value]) => [name, value]),
);

/** A server to measure: a program that listens on PORT of 127.0.0.1. */
export interface Subject {
  name: string;
  args: readonly string[];
  env: Record<string, string>;
}

export interface Running {
  child: ChildProcess;
  port: number;
  /** Milliseconds from spawn to the first 200 with a row of the database. */
  coldStart: number;
}

/** Starts it and asks for a dataset until it is there. */
export async function launch({ args, env }: Subject): Promise<Running> {
  const port = await freePort();
  const begun = performance.now();
  const child = spawn(process.execPath, args, {
    cwd: project,
    env: { PATH: process.env.PATH, PORT: String(port), ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  process.once('exit', () => child.kill('SIGKILL'));
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${args.join(' ')} ended with ${child.exitCode}`);
    if (performance.now() - begun > 20_000) throw new Error(`${args.join(' ')} does not answer`);
    if (await answers(port)) return { child, port, coldStart: performance.now() - begun };
  }
}

/** One try on a bare socket: a client library would cost more than what is measured. */
function answers(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1', () =>
      socket.write('GET /datasets/1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'),
    );
    socket.once('data', (chunk) => {
      socket.destroy();
      done(chunk.toString('latin1', 0, 12) === 'HTTP/1.1 200');
    });
    socket.on('error', () => {}).once('close', () => setTimeout(done, 1, false));
  });
}

export async function stop({ child }: Running): Promise<void> {
  child.kill('SIGTERM');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

/** Resident memory in MiB. */
export async function residentMemory({ child }: Running): Promise<number> {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}
