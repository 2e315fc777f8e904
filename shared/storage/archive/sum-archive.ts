import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { toVolumeError } from '#shared/storage/storage-errors.ts';
import { type ArchiveSums, type SummedFile, type SumTask, sumZip } from './sum-zip.ts';
import { type SentError, unpackError } from './unpack-messages.ts';

/** So little is summed up before a thread has started. */
const FEW = 64;
const LITTLE = 8 << 20;

/** In the build the thread's code is a file beside this one. */
const CODE = import.meta.url.endsWith('.ts') ? './sum-thread.ts' : './sum-thread.mjs';

/**
 * Reads the files of a version once, in their order, and sums up those without a sum and their archive.
 * @throws {VolumeError} when one cannot be read, or is shorter than recorded
 */
export async function sumArchive(
  folder: string,
  files: readonly SummedFile[],
  signal: AbortSignal,
): Promise<ArchiveSums> {
  const few = files.length <= FEW && files.reduce((sum, { size }) => sum + size, 0) <= LITTLE;
  try {
    return few ? await sumHere(folder, files, signal) : await sumByThread(folder, files, signal);
  } catch (error) {
    signal.throwIfAborted();
    throw toVolumeError(error);
  }
}

async function sumHere(folder: string, files: readonly SummedFile[], signal: AbortSignal) {
  for (const steps = sumZip(folder, files); ; await nextTurn()) {
    signal.throwIfAborted();
    const { done, value } = steps.next();
    if (done) return value;
  }
}

async function sumByThread(folder: string, files: readonly SummedFile[], signal: AbortSignal) {
  // What the sums do not need stays here: a thread has a copy of its own.
  const own = files.map(({ path, size, crc32, md5 }) => ({ path, size, crc32, md5: md5 && '' }));
  const workerData: SumTask = { folder, files: own };
  const thread = new Worker(new URL(CODE, import.meta.url), { workerData });
  try {
    const [reply] = (await once(thread, 'message', { signal })) as [ArchiveSums | { error: SentError }];
    if ('error' in reply) throw unpackError(reply.error);
    return { ...reply, files: reply.files.map((sum, index) => files[index]?.md5 ?? sum) };
  } finally {
    await thread.terminate();
  }
}
