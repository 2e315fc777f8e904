import { on, once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { syncPath } from '#shared/storage/durable.ts';
import type { ExtractedFile } from '#shared/storage/extracted-file.ts';
import { together } from '#shared/storage/together.ts';
import { createSmallMemberWriter, type MemberSums } from './small-member.ts';
import { type UnpackReply, type UnpackRequest, type UnpackTask, unpackError } from './unpack-messages.ts';
import type { ZipMember } from './zip-member.ts';

interface Options {
  signal: AbortSignal;
  /** Bytes of files as they are done. */
  onFile: (bytes: number) => void;
}

interface Thread {
  worker: Worker;
  /** Rejects when the thread ends by an error. */
  failed: Promise<never>;
}

interface Unpacker extends AsyncDisposable {
  /** @throws {ArchiveError} */
  unpack(members: readonly ZipMember[], options: Options): Promise<ExtractedFile[]>;
}

/** So few, of so few bytes, are unpacked before the threads have started. */
const FEW = 64;
const LITTLE = 8 << 20;
/** Each takes some 30 MiB of memory. */
const THREADS = 2;
/** Members sent at a time: enough that sending costs nothing, few enough that breaking off takes no time. */
const BATCH = { members: 100, bytes: 1 << 22 };
/** Files of more bytes are flushed one by one. */
const LARGE = 1 << 20;
/** Batches that a thread has at a time. */
const AHEAD = 2;
/** A thread's own heap holds little but names; V8 would take more of it the more memory the machine has. */
const HEAP = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 4 };

/** In the build the threads' code is a file beside this one. */
const CODE = import.meta.url.endsWith('.ts') ? './unpack-thread.ts' : './unpack-thread.mjs';

/**
 * Unpacks small members of an archive that has about so many, by threads that make blocking calls: on a disk the calls
 * themselves are the work, on a network volume several of them wait at a time. The threads start at once, and none
 * runs any more when it is disposed of.
 */
export function createUnpacker(task: UnpackTask, count: number): Unpacker {
  let threads = count > FEW ? startThreads(task) : [];
  return {
    unpack(members, options) {
      const bytes = members.reduce((sum, { size }) => sum + size, 0);
      if (members.length <= FEW && bytes <= LITTLE) return unpackHere(task, members, options);
      // They are few, but not small, or the count is one of 16 bits.
      if (threads.length === 0) threads = startThreads(task);
      return unpackByThreads(threads, members, { ...task, ...options });
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(threads.map(({ worker }) => worker.terminate()));
    },
  };
}

function startThreads(workerData: UnpackTask): Thread[] {
  return Array.from({ length: THREADS }, () => {
    const worker = new Worker(new URL(CODE, import.meta.url), { workerData, resourceLimits: HEAP });
    const failed = once(worker, 'error').then(([error]) => Promise.reject(error));
    // It is told of when there is work for it.
    failed.catch(() => {});
    return { worker, failed };
  });
}

async function unpackHere(
  { archive, folder }: UnpackTask,
  members: readonly ZipMember[],
  { signal, onFile }: Options,
): Promise<ExtractedFile[]> {
  const write = createSmallMemberWriter(archive, folder);
  const files: ExtractedFile[] = [];
  for (const member of members) {
    signal.throwIfAborted();
    files.push(...unpacked([member], write([member])));
    onFile(member.size);
    await nextTurn();
  }
  return files;
}

async function unpackByThreads(
  threads: readonly Thread[],
  members: readonly ZipMember[],
  { folder, signal, onFile }: Options & UnpackTask,
): Promise<ExtractedFile[]> {
  const files: ExtractedFile[] = [];
  let next = 0;
  const work = async ({ worker, failed }: Thread, either: AbortSignal) => {
    const replies = on(worker, 'message');
    const sent: ZipMember[][] = [];
    const send = () => {
      const batch = members.slice(next, batchEnd(members, next));
      if (batch.length === 0) return;
      next += batch.length;
      sent.push(batch);
      worker.postMessage(batch satisfies UnpackRequest);
    };
    // It has the next when it has done one.
    for (let ahead = 0; ahead < AHEAD; ahead += 1) send();
    while (sent.length > 0) {
      either.throwIfAborted();
      const { value } = await Promise.race([replies.next(), failed]);
      const [reply] = value as [UnpackReply];
      if ('error' in reply) throw unpackError(reply.error);
      send();
      const done = unpacked(sent.shift() ?? [], reply.sums);
      for (const { size } of done) onFile(size);
      files.push(...done);
      // While the thread has more to do, so that the flush at the end finds little.
      for (const { path, size } of done) if (size > LARGE) await syncPath(`${folder}/${path}`);
    }
  };
  await together(
    signal,
    threads.map((thread) => (either: AbortSignal) => work(thread, either)),
  );
  return files;
}

/** Past the last member of the batch that begins at `start`. */
function batchEnd(members: readonly ZipMember[], start: number): number {
  let bytes = 0;
  let end = start;
  for (; end < members.length && end - start < BATCH.members && bytes < BATCH.bytes; end += 1)
    bytes += members[end]?.size ?? 0;
  return end;
}

function unpacked(members: readonly ZipMember[], sums: readonly MemberSums[]): ExtractedFile[] {
  return members.flatMap(({ path, size, crc32 }, index) => {
    const own = sums[index];
    return own ? [{ path, size, sha256: own.sha256, md5: own.md5, crc32 }] : [];
  });
}
