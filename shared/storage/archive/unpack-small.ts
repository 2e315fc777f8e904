import { on, once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
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

/** So few are unpacked before the threads have started. */
const FEW = 64;
/** Each takes some 30 MiB of memory. */
const THREADS = 2;
/** Members sent at a time: enough that sending costs nothing, few enough that breaking off takes no time. */
const BATCH = 100;
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
      if (members.length <= FEW) return unpackHere(task, members, options);
      // Without Zip64 the count is one of 16 bits.
      if (threads.length === 0) threads = startThreads(task);
      return unpackByThreads(threads, members, options);
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
  { signal, onFile }: Options,
): Promise<ExtractedFile[]> {
  const files: ExtractedFile[] = [];
  let next = 0;
  const work = async ({ worker, failed }: Thread, either: AbortSignal) => {
    const replies = on(worker, 'message');
    const sent: ZipMember[][] = [];
    const send = () => {
      const batch = members.slice(next, next + BATCH);
      if (batch.length === 0) return;
      next += BATCH;
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
      for (const file of unpacked(sent.shift() ?? [], reply.sums)) {
        files.push(file);
        onFile(file.size);
      }
    }
  };
  await together(
    signal,
    threads.map((thread) => (either: AbortSignal) => work(thread, either)),
  );
  return files;
}

function unpacked(members: readonly ZipMember[], sums: readonly MemberSums[]): ExtractedFile[] {
  return members.flatMap(({ path, size, crc32 }, index) => {
    const own = sums[index];
    return own ? [{ path, size, sha256: own.sha256, md5: own.md5, crc32 }] : [];
  });
}
