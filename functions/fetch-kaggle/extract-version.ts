import { join } from 'node:path';
import { setMirrorState } from '#shared/data/mirror-state.ts';
import { KaggleError } from '#shared/kaggle/kaggle-error.ts';
import { extractArchive } from '#shared/storage/archive/extract-archive.ts';
import { MAX_MEMBERS, MAX_NAME_BYTES, MAX_RATIO } from '#shared/storage/archive/limits.ts';
import { findDistinctNames } from '#shared/storage/distinct-names.ts';
import { freeBytes } from '#shared/storage/free-space.ts';
import { type Manifest, toManifest } from '#shared/storage/manifest.ts';
import { ArchiveError, VolumeError } from '#shared/storage/storage-errors.ts';
import { forgetSource } from './download-state.ts';
import type { VersionTask } from './run.ts';
import { stage } from './stage.ts';
import { treeIn } from './work-dir.ts';

/** Unpacks the verified archive, each file hashed on its way. */
export const extract = stage(
  'extract',
  async ({ dir, run, claim, lease, upstream, maxBytes: most }: VersionTask): Promise<Manifest> => {
    const { progress, signal } = lease;
    Object.assign(progress, { bytesDone: 0, bytesTotal: upstream.totalBytes });
    await setMirrorState(run.db, claim, 'extracting');
    const room = Math.max(0, (await freeBytes(dir)) - run.config.MIRROR_MIN_FREE_BYTES);
    const maxBytes = Math.min(room, most ?? room);
    try {
      const files = await extractArchive({
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
        },
      });
      return toManifest(files);
    } catch (error) {
      if (error instanceof ArchiveError) await forgetSource(dir);
      if (error instanceof VolumeError && error.kind === 'no-space' && maxBytes < room)
        throw new KaggleError(
          'refused',
          `pull-through does not bring ${claim.ref}: its files have more bytes than MIRROR_PULL_THROUGH_MAX_BYTES allows`,
        );
      throw error;
    }
  },
);
