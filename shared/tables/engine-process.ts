import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { EngineTask } from './engine-task.ts';

/**
 * Why a process of the engine was killed: `left` when its client went away, `done` when there was nothing more to do,
 * `unknown` when others did it.
 */
export type Cause = 'time' | 'memory' | 'size' | 'left' | 'done' | 'unknown';

export interface EngineProcess {
  child: ChildProcess;
  kill(cause: Cause): void;
  /** Why it was killed, if it was, and how it ended. */
  ended: Promise<{ cause: Cause; code: number | null; signal: NodeJS.Signals | null }>;
}

const PAGE = 4_096;
/** In the build its code is a file beside ours. */
const CODE = import.meta.url.endsWith('.ts') ? '../../functions/query-engine/main.ts' : './query-engine.mjs';
/** It has no business with secrets. */
const ENVIRONMENT = ['PATH', 'NODE_OPTIONS', 'NODE_COMPILE_CACHE', 'MALLOC_ARENA_MAX', 'TMPDIR'];

interface Options {
  /** Of memory, resident, and the milliseconds between two looks at it. */
  memory: { bytes: number; every: number };
  /** Its standard output: a file descriptor, or nowhere. */
  output: number | undefined;
  /** Of Node. */
  flags?: readonly string[];
}

/** Starts a process with a task; it is killed when it takes more memory than it may. */
export function startEngine(task: EngineTask, { memory, output, flags = [] }: Options): EngineProcess {
  const child = spawn(process.execPath, [...flags, fileURLToPath(new URL(CODE, import.meta.url))], {
    env: Object.fromEntries(
      ENVIRONMENT.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
    ),
    stdio: ['ignore', output ?? 'ignore', 'inherit', 'ipc'],
  });
  let cause: Cause = 'unknown';
  const kill = (why: Cause) => {
    if (!child.killed) cause = why;
    child.kill('SIGKILL');
  };
  const watch = setInterval(async () => {
    if ((await residentBytes(child)) > memory.bytes) kill('memory');
  }, memory.every);
  child.send(task, () => {});
  const ended = once(child, 'close').then(
    ([code, signal]) => ({ cause, code, signal }),
    // It could not be started.
    () => ({ cause, code: null, signal: null }),
  );
  void ended.then(() => clearInterval(watch));
  return { child, kill, ended };
}

async function residentBytes({ pid }: ChildProcess): Promise<number> {
  const [, pages = '0'] = (await readFile(`/proc/${pid}/statm`, 'utf8').catch(() => '')).split(' ');
  return Number(pages) * PAGE;
}
