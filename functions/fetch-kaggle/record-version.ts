import mime from 'mime';
import { recordVersion } from '#shared/data/record-version.ts';
import type { Upstream } from '#shared/kaggle/upstream.ts';
import { sumArchive } from '#shared/storage/archive/sum-archive.ts';
import { type VersionRef, versionDir } from '#shared/storage/layout.ts';
import type { Manifest } from '#shared/storage/manifest.ts';
import { findTables } from '#shared/tables/find-tables.ts';
import { LeaseLostError } from './lease.ts';
import type { MirrorTask } from './run.ts';
import { stage } from './stage.ts';

/** Enters a published version into the catalogue, in one transaction under our fence. */
export const record = stage(
  'record',
  async (
    { run, claim, lease }: MirrorTask,
    place: VersionRef,
    upstream: Upstream,
    manifest: Manifest,
  ): Promise<void> => {
    const { version } = place;
    const { totalBytes, treeSha256 } = manifest;
    const known = upstream.versions.find(({ number }) => number === version);
    // A manifest of an earlier release has no sums.
    const sums =
      manifest.archiveMd5 === null
        ? await sumArchive(versionDir(run.config.KAGGLE_DATA_ROOT, place), manifest.files, lease.signal)
        : null;
    const files = manifest.files.map((file, index) => ({
      ...file,
      md5: sums?.files[index] ?? file.md5,
      media_type: mime.getType(file.path) ?? 'application/octet-stream',
    }));
    const held = await recordVersion(run.db, claim, {
      holding: { leaseSeconds: run.config.MIRROR_LEASE_SECONDS, progress: lease.progress },
      version: {
        mirrorId: claim.mirror_id,
        version,
        totalBytes,
        fileCount: files.length,
        treeSha256,
        archiveMd5: sums?.archive ?? manifest.archiveMd5,
        notes: known?.notes ?? null,
        createdAt: known?.createdAt ?? (version === upstream.version ? upstream.updatedAt : null),
      },
      files,
      also: async (tx, versionId) => {
        if (run.config.MIRROR_TABLES) await findTables(tx, versionId, files);
      },
    });
    if (!held) throw new LeaseLostError();
  },
);
