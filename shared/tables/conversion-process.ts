import { mkdir, rm } from 'node:fs/promises';
import type { ConvertReply, ConvertTask } from './convert/convert-task.ts';
import { type EngineProcess, startEngine } from './engine-process.ts';
import { EngineDeath, type EngineLimits, WATCH } from './run-engine.ts';

/** Converts one file at a time: small ones of a version one after another in the same process, all others alone. */
export interface ConversionProcess {
  /**
   * Within `limits`, which are those of each file. A process that dies after it converted others says nothing of this
   * one, which is then converted alone.
   * @throws {EngineDeath}
   */
  convert(
    task: ConvertTask,
    options: { version: number; bytes: number; signal: AbortSignal },
  ): Promise<ConvertReply>;
  close(): Promise<void>;
}

/** Bytes of a file that is small. */
const SMALL = 1_000_000;
/** What a process converts before another takes its place: files, their bytes, and milliseconds that it lives. */
const MOST = { files: 250, bytes: 50_000_000, milliseconds: 60_000 };

interface Shared {
  engine: EngineProcess;
  version: number;
  files: number;
  bytes: number;
  since: number;
}

export function createConversionProcess(limits: EngineLimits): ConversionProcess {
  let shared: Shared | null = null;

  const end = async () => {
    const { engine } = shared ?? {};
    shared = null;
    engine?.kill('done');
    await engine?.ended;
  };
  const start = (task: ConvertTask) =>
    startEngine(task, { memory: { bytes: limits.bytes, every: WATCH }, output: undefined });
  const convert: ConversionProcess['convert'] = async (task, { version, bytes, signal }) => {
    signal.throwIfAborted();
    if (shared && !hasRoom(shared, version, bytes)) await end();
    const staying = { ...task, stays: bytes <= SMALL };
    const used = shared !== null;
    if (shared) shared.engine.child.send(staying, () => {});
    else shared = { engine: start(staying), version, files: 0, bytes: 0, since: performance.now() };
    shared.files += 1;
    shared.bytes += bytes;
    try {
      const reply = await replyOf(shared.engine, limits.seconds, signal);
      if (!staying.stays || 'failure' in reply) await end();
      return reply;
    } catch (error) {
      await end();
      if (!used || !(error instanceof EngineDeath) || error.cause_of_death === 'time') throw error;
      await rm(task.scratch, { recursive: true, force: true });
      await mkdir(task.scratch, { recursive: true });
      return convert(task, { version, bytes, signal });
    }
  };
  return { convert, close: end };
}

function hasRoom(shared: Shared, version: number, bytes: number): boolean {
  return (
    shared.version === version &&
    bytes <= SMALL &&
    shared.files < MOST.files &&
    shared.bytes + bytes <= MOST.bytes &&
    performance.now() - shared.since < MOST.milliseconds
  );
}

async function replyOf(
  { child, kill, ended }: EngineProcess,
  seconds: number,
  signal: AbortSignal,
): Promise<ConvertReply> {
  const leave = () => kill('left');
  signal.addEventListener('abort', leave, { once: true });
  const timer = setTimeout(() => kill('time'), seconds * 1_000);
  const replied = Promise.withResolvers<ConvertReply>();
  const take = (message: unknown) => replied.resolve(message as ConvertReply);
  child.once('message', take);
  const died = ended.then(({ cause, code, signal: killedBy }) => {
    signal.throwIfAborted();
    throw new EngineDeath(cause, `the engine ended without a reply (${killedBy ?? code})`);
  });
  try {
    return await Promise.race([replied.promise, died]);
  } finally {
    died.catch(() => {});
    clearTimeout(timer);
    child.off('message', take);
    signal.removeEventListener('abort', leave);
  }
}
