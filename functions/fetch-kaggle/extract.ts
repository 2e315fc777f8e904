import { join } from 'node:path';
import { setMirrorState } from '#shared/data/mirror-state.ts';
import { extractArchive } from '#shared/storage/archive/extract.ts';
import { MAX_MEMBERS, MAX_NAME_BYTES, MAX_RATIO } from '#shared/storage/archive/limits.ts';
import { findDistinctNames } from '#shared/storage/distinct-names.ts';
import { ArchiveError } from '#shared/storage/errors.ts';
import { freeBytes } from '#shared/storage/free-space.ts';
import { type Manifest, toManifest } from '#shared/storage/manifest.ts';
import type { Work } from './job.ts';
import { forgetSource } from './source.ts';
import { stage } from './stage.ts';
import { treeIn } from './work-dir.ts';

/** Unpacks the verified archive, each file hashed on its way. */
export const extract = stage(
  'extract',
  async ({ dir, job, claim, lease, upstream }: Work): Promise<Manifest> => {
    const { progress, signal } = lease;
    Object.assign(progress, { bytesDone: 0, bytesTotal: upstream.totalBytes });
    await setMirrorState(job.db, claim.mirror_id, 'extracting');
    const maxBytes = Math.max(0, (await freeBytes(dir)) - job.config.MIRROR_MIN_FREE_BYTES);
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
      throw error;
    }
  },
);
