import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import { type Cause, startEngine } from '#shared/tables/engine-process.ts';
import { createPipe } from '#shared/tables/export/os-pipe.ts';
import type { QueryFault, QuerySteps, QueryTask } from './query-steps.ts';

/** Of memory, resident. */
const MEMORY = 320 * 1024 * 1024;
const WATCH = 25;
/** JSON of 64 MiB is held until it is whole: with V8's own ideas of garbage that would not fit. The first two are in MiB. */
const FLAGS = ['--max-semi-space-size=2', '--max-old-space-size=100', '--optimize-for-size'];
/** Milliseconds until it has to be ready, on a machine that has other things to do. */
const START = 60_000;

/** It ended before it had replied, or written all. */
export class QueryDeath extends Error {
  readonly cause_of_death: Cause;

  constructor(cause: Cause) {
    super(`the engine of a query ended: ${cause}`);
    this.name = 'QueryDeath';
    this.cause_of_death = cause;
  }
}

/** A process for one query. */
export interface QueryProcess {
  /** Resolves when it takes the first step. @throws {QueryDeath} */
  ready: Promise<void>;
  ask<Name extends keyof QuerySteps>(
    name: Name,
    step: QuerySteps[Name]['step'],
  ): Promise<{ reply: QuerySteps[Name]['reply'] } | { fault: QueryFault }>;
  /** What it writes. An end of this is only the end of the result if the last step was replied to. */
  output: Socket;
  /** After so many milliseconds, unless the next call says otherwise. */
  killAfter(milliseconds: number): void;
  kill(cause: Cause): void;
  /** Nobody wants anything of it any more. */
  close(): void;
  /** With code 0 when all was written. */
  ended: Promise<{ cause: Cause; code: number | null }>;
}

export async function startQueryProcess({ awaited }: Pick<QueryTask, 'awaited'>): Promise<QueryProcess> {
  const { read, write } = await createPipe();
  const { child, kill, ended } = startEngine(
    { kind: 'query', awaited },
    { memory: { bytes: MEMORY, every: WATCH }, output: write, flags: FLAGS },
  );
  // Our own copy of the child's end: without it the pipe ends with the child.
  closeSync(write);
  const output = new Socket({ fd: read, readable: true, writable: false });
  output.on('error', () => {});
  let timer = setTimeout(() => kill('time'), START);
  void ended.then(() => clearTimeout(timer));
  const died = ended.then(({ cause }) => {
    throw new QueryDeath(cause);
  });
  died.catch(() => {});
  const received: unknown[] = [];
  let arrived = Promise.withResolvers<void>();
  child.on('message', (message) => {
    received.push(message);
    arrived.resolve();
  });
  // It replies once to each step, so there is never more than one to be waited for.
  const next = async (): Promise<never> => {
    if (received.length === 0) await Promise.race([arrived.promise, died]);
    arrived = Promise.withResolvers();
    return received.shift() as never;
  };
  const ready = next();
  ready.catch(() => {});
  return {
    ready,
    async ask(_name, step) {
      child.send(step, () => {});
      return next();
    },
    output,
    killAfter(milliseconds) {
      clearTimeout(timer);
      timer = setTimeout(() => kill('time'), milliseconds);
    },
    kill,
    close() {
      kill('done');
      output.destroy();
    },
    ended,
  };
}
