import { type Cause, startEngine } from './engine-process.ts';
import type { EngineTask } from './engine-task.ts';

export interface EngineLimits {
  seconds: number;
  /** Of memory, resident. */
  bytes: number;
}

/** The engine was killed, by us or another, before it had said anything. */
export class EngineDeath extends Error {
  readonly cause_of_death: Cause;

  constructor(cause: Cause, message: string) {
    super(message);
    this.name = 'EngineDeath';
    this.cause_of_death = cause;
  }
}

/** Milliseconds between two looks at the memory of a process. */
export const WATCH = 50;

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
  const { child, kill, ended } = startEngine(task, { memory: { bytes: limits.bytes, every: WATCH }, output });
  const leave = () => kill('left');
  signal.addEventListener('abort', leave, { once: true });
  const timer = setTimeout(() => kill('time'), limits.seconds * 1_000);
  try {
    let reply: { value: Reply } | undefined;
    child.once('message', (value) => {
      reply = { value: value as Reply };
    });
    const { cause, code, signal: killedBy } = await ended;
    signal.throwIfAborted();
    if (reply !== undefined) return reply.value;
    throw new EngineDeath(cause, `the engine ended without a reply (${killedBy ?? code})`);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', leave);
  }
}
