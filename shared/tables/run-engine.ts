import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { EngineTask } from './engine-task.ts';

export interface EngineLimits {
  seconds: number;
  /** Of memory, resident. */
  bytes: number;
}

/** The engine was killed, by us or another, before it had said anything. */
export class EngineDeath extends Error {
  readonly cause_of_death: 'time' | 'memory' | 'unknown';

  constructor(cause: EngineDeath['cause_of_death'], message: string) {
    super(message);
    this.name = 'EngineDeath';
    this.cause_of_death = cause;
  }
}

const WATCH = 50;
const PAGE = 4_096;
/** In the build its code is a file beside ours. */
const CODE = import.meta.url.endsWith('.ts') ? '../../functions/query-engine/main.ts' : './query-engine.mjs';
/** It has no business with secrets. */
const ENVIRONMENT = ['PATH', 'NODE_OPTIONS', 'NODE_COMPILE_CACHE', 'MALLOC_ARENA_MAX', 'TMPDIR'];

interface Options {
  limits: EngineLimits;
  /** Kills it. */
  signal: AbortSignal;
  /** Its standard output: a file descriptor, or nowhere. */
  output?: number;
}

/**
 * Has a process of its own do one task: bounded in time and memory, and gone when it is done, when `signal` says so, and
 * with this process.
 * @throws {EngineDeath}
 */
export async function runEngine<Reply>(task: EngineTask, options: Options): Promise<Reply> {
  const { limits, signal, output } = options;
  signal.throwIfAborted();
  const child = spawn(process.execPath, [fileURLToPath(new URL(CODE, import.meta.url))], {
    env: Object.fromEntries(
      ENVIRONMENT.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
    ),
    stdio: ['ignore', output ?? 'ignore', 'inherit', 'ipc'],
  });
  let cause: EngineDeath['cause_of_death'] = 'unknown';
  const kill = (why: EngineDeath['cause_of_death']) => {
    cause = why;
    child.kill('SIGKILL');
  };
  const leave = () => kill('unknown');
  signal.addEventListener('abort', leave, { once: true });
  const timer = setTimeout(() => kill('time'), limits.seconds * 1_000);
  const watch = setInterval(async () => {
    if ((await residentBytes(child)) > limits.bytes) kill('memory');
  }, WATCH);
  try {
    let reply: { value: Reply } | undefined;
    child.once('message', (value) => {
      reply = { value: value as Reply };
    });
    child.send(task, () => {});
    const [code, killedBy] = await once(child, 'close');
    signal.throwIfAborted();
    if (reply !== undefined) return reply.value;
    throw new EngineDeath(cause, `the engine ended without a reply (${killedBy ?? code})`);
  } finally {
    clearTimeout(timer);
    clearInterval(watch);
    signal.removeEventListener('abort', leave);
  }
}

async function residentBytes({ pid }: ChildProcess): Promise<number> {
  const [, pages = '0'] = (await readFile(`/proc/${pid}/statm`, 'utf8').catch(() => '')).split(' ');
  return Number(pages) * PAGE;
}
