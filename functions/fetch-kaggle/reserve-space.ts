import { setTimeout as sleep } from 'node:timers/promises';
import { reserveBytes } from '#shared/data/reserved-space.ts';
import type { Upstream } from '#shared/kaggle/upstream.ts';
import { freeBytes } from '#shared/storage/free-space.ts';
import { VolumeError } from '#shared/storage/storage-errors.ts';
import type { VersionTask } from './run.ts';

/** Of the unpacked files, for what file systems add to them. */
const OVERHEAD = 1.05;
const POLL = 1_000;

/** There would be room, but for what other syncs are about to write. */
export class SpaceTakenError extends Error {
  readonly bytes: number;

  constructor(bytes: number) {
    super('other syncs have reserved the space that is free');
    this.bytes = bytes;
  }
}

/** Bytes that the files of a version are expected to take. */
export function unpackedBytes({ totalBytes }: Upstream): number {
  return Math.ceil((totalBytes ?? 0) * OVERHEAD);
}

/**
 * Reserves room on the volume for what a version has yet to write, of all workers' together.
 * @throws {VolumeError} when the volume has no room for it
 * @throws {SpaceTakenError} when it may have later
 */
export async function reserveSpace({ run, dir, claim, lease }: VersionTask, bytes: number): Promise<void> {
  const least = run.config.MIRROR_MIN_FREE_BYTES;
  const { granted, free } = await lease.alone(async () => {
    const reserved = await reserveBytes(run.db, claim, bytes, async () => (await freeBytes(dir)) - least);
    lease.progress.bytesReserved = reserved.granted ? bytes : 0;
    return reserved;
  });
  if (granted) return;
  if (bytes <= free) throw new SpaceTakenError(bytes);
  throw new VolumeError(
    'no-space',
    `the volume has ${free + least} bytes free, and the download needs ${bytes + least} (including MIRROR_MIN_FREE_BYTES)`,
  );
}

/** The same, and waits as long as others hold the room: until they end, or their leases do. It holds none meanwhile. */
export async function awaitSpace(work: VersionTask, bytes: number): Promise<void> {
  const { run, claim, lease } = work;
  for (let told = false; ; told = true) {
    try {
      return await reserveSpace(work, bytes);
    } catch (error) {
      if (!(error instanceof SpaceTakenError)) throw error;
      if (!told)
        run.log.info({ ref: claim.ref, bytes }, 'a download waits for space that others have reserved');
      await sleep(POLL, undefined, { signal: lease.signal });
    }
  }
}
