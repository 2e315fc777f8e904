import { join } from 'node:path';
import { setMirrorState } from '#shared/data/mirror-state.ts';
import { ArchiveError } from '#shared/storage/errors.ts';
import { extractArchive } from '#shared/storage/extract.ts';
import { freeBytes } from '#shared/storage/free-space.ts';
import { MAX_MEMBERS, MAX_RATIO } from '#shared/storage/limits.ts';
import { type Manifest, toManifest } from '#shared/storage/manifest.ts';
import type { Work } from './job.ts';
import { patiently } from './patience.ts';
import { forgetSource } from './source.ts';
import { treeIn } from './work-dir.ts';

/** Unpacks the verified archive, each file hashed on its way. */
export async function extract({ dir, job, claim, lease, upstream }: Work): Promise<Manifest> {
  const { progress, signal } = lease;
  Object.assign(progress, { phase: 'extract', bytesDone: 0, bytesTotal: upstream.totalBytes });
  await patiently(() => setMirrorState(job.db, claim.mirror_id, 'extracting'));
  const maxBytes = Math.max(0, (await freeBytes(dir)) - job.config.MIRROR_MIN_FREE_BYTES);
  try {
    const files = await extractArchive({
      archive: join(dir, 'archive'),
      into: treeIn(dir),
      limits: { maxBytes, maxMembers: MAX_MEMBERS, maxRatio: MAX_RATIO },
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
}
