import { join } from 'node:path';
import { setMirrorState } from '#shared/data/mirror-state.ts';
import { reservedBytes } from '#shared/data/reserved-space.ts';
import { KaggleError } from '#shared/kaggle/kaggle-error.ts';
import { extractArchive } from '#shared/storage/archive/extract-archive.ts';
import { MAX_MEMBERS, MAX_NAME_BYTES, MAX_RATIO } from '#shared/storage/archive/limits.ts';
import { findDistinctNames } from '#shared/storage/distinct-names.ts';
import { freeBytes } from '#shared/storage/free-space.ts';
import { type Manifest, toManifest } from '#shared/storage/manifest.ts';
import { ArchiveError, VolumeError } from '#shared/storage/storage-errors.ts';
import { forgetSource } from './download-state.ts';
import { awaitSpace, unpackedBytes } from './reserve-space.ts';
import type { VersionTask } from './run.ts';
import { stage } from './stage.ts';
import { treeIn } from './work-dir.ts';

/** Unpacks the verified archive, each file hashed on its way. */
export const extract = stage('extract', async (work: VersionTask): Promise<Manifest> => {
  const { dir, run, claim, lease, upstream, maxBytes: most } = work;
  const { progress, signal } = lease;
  Object.assign(progress, { bytesDone: 0, bytesTotal: upstream.totalBytes });
  await setMirrorState(run.db, claim, 'extracting');
  // An earlier process downloaded the archive.
  if (progress.bytesReserved === 0) await awaitSpace(work, unpackedBytes(upstream));
  const others = await reservedBytes(run.db, claim.id);
  const room = Math.max(0, (await freeBytes(dir)) - others - run.config.MIRROR_MIN_FREE_BYTES);
  const maxBytes = Math.min(room, most ?? room);
  try {
    const unpacked = await extractArchive({
      archive: join(dir, 'archive'),
      into: treeIn(dir),
      limits: {
        maxBytes,
        maxMembers: MAX_MEMBERS,
        maxNameBytes: MAX_NAME_BYTES,
        maxRatio: MAX_RATIO,
        announcedBytes: upstream.totalBytes,
        names: await findDistinctNames(dir),
      },
      signal,
      onFile(bytes) {
        progress.bytesDone += bytes;
        progress.bytesReserved = Math.max(0, progress.bytesReserved - bytes);
      },
    });
    progress.bytesReserved = 0;
    return toManifest(unpacked);
  } catch (error) {
    if (error instanceof ArchiveError) await forgetSource(dir);
    if (error instanceof VolumeError && error.kind === 'no-space' && maxBytes < room)
      throw new KaggleError(
        'refused',
        `pull-through does not bring ${claim.ref}: its files have more bytes than MIRROR_PULL_THROUGH_MAX_BYTES allows`,
      );
    throw error;
  }
});
