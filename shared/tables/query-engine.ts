import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Problem } from '#shared/http/problems.ts';
import type { Engine } from './open-engine.ts';
import type { Statement } from './rows-query.ts';

/** Runs our own statements over tables; what a client wrote is only ever bound to them. */
export interface QueryEngine {
  /**
   * Rows as arrays of values. @throws {QueryStopped} when `signal` is aborted, {Problem} overloaded
   */
  run(statement: Statement, signal: AbortSignal): Promise<unknown[][]>;
  close(): Promise<void>;
}

/** The statement was broken off. */
export class QueryStopped extends Error {}
/** It needs more memory than it may have. */
export class QueryTooLarge extends Error {}

const AT_ONCE = 2;
const WAITING = 16;
const MEMORY = '96MB';
const SPILL = 32_000_000;

/** An engine that is opened by the first statement. */
export function createQueryEngine(): QueryEngine {
  let opened: Promise<{ engine: Engine; folder: string | null }> | undefined;
  const queue: (() => void)[] = [];
  let running = 0;

  const open = async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tables-')).catch(() => null);
    const { openEngine } = await import('./open-engine.ts');
    const spill = folder === null ? null : { folder, bytes: SPILL };
    return { engine: await openEngine({ memory: MEMORY, spill }), folder };
  };
  const enter = async () => {
    if (running < AT_ONCE) {
      running += 1;
      return;
    }
    if (queue.length >= WAITING)
      throw new Problem('overloaded', 'Too many queries wait already. Try again shortly.', {
        headers: { 'retry-after': '1' },
      });
    // Whoever leaves hands its place on.
    await new Promise<void>((resolve) => queue.push(resolve));
  };
  const leave = () => {
    const next = queue.shift();
    if (next) next();
    else running -= 1;
  };
  return {
    async run({ sql, values }, signal) {
      await enter();
      try {
        if (signal.aborted) throw new QueryStopped();
        opened ??= open();
        opened.catch(() => {
          opened = undefined;
        });
        const { engine } = await opened;
        const connection = await engine.connect();
        const stop = () => connection.interrupt();
        signal.addEventListener('abort', stop, { once: true });
        try {
          const statement = await connection.prepare(sql);
          for (const [index, value] of values.entries()) statement.bindVarchar(index + 1, value);
          return (await statement.runAndReadAll()).getRows() as unknown[][];
        } catch (error) {
          if (signal.aborted) throw new QueryStopped();
          if (/^Out of Memory/i.test((error as Error).message)) throw new QueryTooLarge();
          throw error;
        } finally {
          signal.removeEventListener('abort', stop);
          connection.closeSync();
        }
      } finally {
        leave();
      }
    },
    async close() {
      const { engine, folder } = (await opened?.catch(() => null)) ?? {};
      engine?.close();
      if (folder) await rm(folder, { recursive: true, force: true });
    },
  };
}
