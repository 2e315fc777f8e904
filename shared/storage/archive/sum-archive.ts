import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { toVolumeError } from '#shared/storage/storage-errors.ts';
import type { SumReply, SumRequest, SumTask } from './sum-messages.ts';
import { createZipSummer, type SummedFile } from './sum-zip.ts';
import { unpackError } from './unpack-messages.ts';

/** md5 sums in base64, as HTTP and Kaggle's clients write them. */
export interface ArchiveSums {
  /** Of the zip of all files. */
  archive: string;
  /** In the order of the files. */
  files: string[];
}

/** So little is summed up before a thread has started. */
const FEW = 64;
const LITTLE = 8 << 20;
/** Files that the thread has at a time: all of them would take as much memory once more. */
const BATCH = 1_000;
const HEAP = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 4 };

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
  const summer = createZipSummer(folder);
  for (const steps = summer.addContents(files); ; await nextTurn()) {
    signal.throwIfAborted();
    const { done, value } = steps.next();
    if (!done) continue;
    summer.addHeaders(files);
    return { archive: summer.end(), files: value };
  }
}

async function sumByThread(folder: string, files: readonly SummedFile[], signal: AbortSignal) {
  const workerData: SumTask = { folder };
  const thread = new Worker(new URL(CODE, import.meta.url), { workerData, resourceLimits: HEAP });
  const act = async (request: SumRequest): Promise<string[]> => {
    thread.postMessage(request);
    const [reply] = (await once(thread, 'message', { signal })) as [SumReply];
    if ('error' in reply) throw unpackError(reply.error);
    return reply.sums;
  };
  try {
    const sums: string[] = [];
    for (const batch of batches(files)) sums.push(...(await act({ step: 'contents', files: batch })));
    for (const batch of batches(files)) await act({ step: 'headers', files: batch });
    const [archive = ''] = await act({ step: 'end' });
    return { archive, files: sums };
  } finally {
    await thread.terminate();
  }
}

/** What the sums need, and nothing else. */
function* batches(files: readonly SummedFile[]): Generator<SummedFile[]> {
  for (let at = 0; at < files.length; at += BATCH)
    yield files.slice(at, at + BATCH).map(({ path, size, crc32, md5 }) => ({ path, size, crc32, md5 }));
}
