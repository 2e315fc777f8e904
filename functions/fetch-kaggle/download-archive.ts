import { once } from 'node:events';
import { mkdir, open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { setMirrorState } from '#shared/data/mirror-state.ts';
import { type Response, toKaggleError } from '#shared/kaggle/http.ts';
import { KaggleError } from '#shared/kaggle/kaggle-error.ts';
import { parseRetryAfter, waitToRepeat } from '#shared/kaggle/retry.ts';
import { type ArchiveHash, createArchiveHash, hashFile } from '#shared/storage/archive-hash.ts';
import { writeFrom } from '#shared/storage/handle-streams.ts';
import { toVolumeError } from '#shared/storage/storage-errors.ts';
import { packedBytes } from './admit-pull.ts';
import {
  type DownloadState,
  describeSource,
  forgetSource,
  readSource,
  writeSource,
} from './download-state.ts';
import { awaitSpace, reserveSpace, SpaceTakenError, unpackedBytes } from './reserve-space.ts';
import type { VersionTask } from './run.ts';
import { stage } from './stage.ts';

/**
 * Brings a version's archive to `archive.part`, going on where an earlier attempt or process stopped.
 * Resolves with the sum of what was written in this process, or null when it has to be made from the file.
 */
export const download = stage('download', async (work: VersionTask): Promise<ArchiveHash | null> => {
  const { run, lease, budget, claim } = work;
  if (await sizeOf(join(work.dir, 'archive'))) return null;
  await setMirrorState(run.db, claim, 'downloading');
  for (let attempt = 0; ; attempt++) {
    try {
      return await attemptDownload(work);
    } catch (cause) {
      if (cause instanceof SpaceTakenError) {
        await awaitSpace(work, cause.bytes);
        continue;
      }
      const error = toVolumeError(cause);
      await waitToRepeat(error, attempt, budget, lease.signal);
      run.kaggle.counters.retries += 1;
      run.log.info(
        { ref: claim.ref, version: work.ref.version, reason: (error as Error).message },
        'download resumed',
      );
    }
  }
});

async function attemptDownload(work: VersionTask): Promise<ArchiveHash | null> {
  const { dir, run, lease, ref, budget } = work;
  const part = join(dir, 'archive.part');
  const earlier = await readSource(dir);
  const have = earlier?.etag ? await sizeOf(part) : 0;
  if (earlier && have > 0 && have === earlier.size) return null;
  const address =
    earlier?.address ?? (await run.kaggle.locateArchive({ ...ref, budget, signal: lease.signal }));
  const resuming = earlier !== null && have > 0;
  const headers = resuming ? { range: `bytes=${have}-`, 'if-range': earlier.etag ?? '' } : {};
  const response = await run.kaggle.fetchArchive(address, headers, lease.signal);
  try {
    await checkStatus(work, response, { earlier, fresh: !earlier?.address });
    if (resuming && response.statusCode === 206) {
      const source = { ...earlier, address };
      checkRange(response, source, have);
      await writeSource(dir, source);
      return await receive(work, response, source, have);
    }
    const source = describeSource(address, response);
    await rm(part, { force: true });
    await writeSource(dir, source);
    return await receive(work, response, source, 0);
  } finally {
    response.body.destroy();
  }
}

/** Everything but bytes of the archive is an error; what can be resumed stays where it is. */
async function checkStatus(
  { dir }: VersionTask,
  { statusCode, headers }: Response,
  { earlier, fresh }: { earlier: DownloadState | null; fresh: boolean },
): Promise<void> {
  const html = headers['content-type']?.toString().startsWith('text/html') ?? false;
  if ((statusCode === 200 || statusCode === 206) && !html) return;
  const said = html
    ? 'the storage sent a page instead of the archive'
    : `the storage responded with ${statusCode}`;
  if (statusCode === 416) await forgetSource(dir);
  else if (statusCode >= 400 && statusCode < 500 && statusCode !== 408 && statusCode !== 429) {
    if (earlier) await writeSource(dir, { ...earlier, address: null });
    if (fresh && statusCode === 404) throw new KaggleError('pending', said);
  }
  const retryAfter = parseRetryAfter(headers['retry-after']?.toString());
  throw new KaggleError(statusCode === 429 ? 'rate-limited' : 'unavailable', said, { retryAfter });
}

/** RFC 9110, section 15.3.7: the part has to be the one asked for, of the object that the rest is from. */
function checkRange({ headers }: Response, source: DownloadState, have: number): void {
  const [, first, last, size] =
    /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers['content-range']?.toString() ?? '') ?? [];
  const right =
    Number(first) === have &&
    Number(last) === Number(size) - 1 &&
    (source.size === null || Number(size) === source.size);
  const etag = headers.etag?.toString() ?? source.etag;
  if (!right || etag !== source.etag)
    throw new KaggleError('unavailable', 'the storage sent another range than the requested one');
}

/** @throws {KaggleError} refused for an archive beyond what pull-through may bring */
function checkSize({ maxBytes, claim }: VersionTask, size: number): void {
  if (maxBytes !== null && size > packedBytes(maxBytes))
    throw new KaggleError(
      'refused',
      `pull-through does not bring ${claim.ref}: its archive has more bytes than MIRROR_PULL_THROUGH_MAX_BYTES allows`,
    );
}

async function receive(work: VersionTask, { body }: Response, source: DownloadState, have: number) {
  const { dir, run, lease } = work;
  const { signal, progress } = lease;
  const part = join(dir, 'archive.part');
  checkSize(work, source.size ?? 0);
  await reserveSpace(work, Math.max(0, (source.size ?? 0) - have) + unpackedBytes(work.upstream));
  const hash = await createArchiveHash(source);
  await mkdir(dir, { recursive: true });
  if (have > 0) await hashFile(part, hash, signal);
  const file = await open(part, have > 0 ? 'r+' : 'wx', 0o600);
  let received = have;
  progress.bytesTotal = source.size;
  const target = writeFrom(file, have);
  target.on('error', () => {});
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      received += chunk.length;
      checkSize(work, received);
      progress.bytesDone = received;
      progress.bytesReserved = Math.max(0, progress.bytesReserved - chunk.length);
      run.report.bytes(chunk.length);
      hash.update(chunk);
      const ready = target.write(chunk);
      if (target.errored) throw target.errored;
      if (!ready) await once(target, 'drain', { signal });
      await run.throttle(chunk.length, signal);
    }
  } catch (error) {
    throw target.errored ?? toKaggleError(error, signal);
  } finally {
    // What came before it broke off is kept: the next attempt goes on behind it.
    await finished(target.end()).finally(() => file.close());
  }
  if (source.size !== null && received < source.size)
    throw new KaggleError('unavailable', `the download ended after ${received} of ${source.size} bytes`);
  return hash;
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
