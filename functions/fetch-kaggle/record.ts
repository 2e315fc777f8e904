import mime from 'mime';
import { replaceFiles } from '#shared/data/files.ts';
import { extendLease } from '#shared/data/sync-queue.ts';
import { refreshNewest, upsertVersion } from '#shared/data/versions.ts';
import type { Upstream } from '#shared/kaggle/upstream.ts';
import type { VersionRef } from '#shared/storage/layout.ts';
import type { Manifest } from '#shared/storage/manifest.ts';
import { findTables } from '#shared/tables/find-tables.ts';
import type { Task } from './job.ts';
import { LeaseLostError } from './lease.ts';
import { patiently } from './patience.ts';

/** Enters a published version into the catalogue, in one transaction under our fence. */
export async function record(
  { job, claim, lease }: Task,
  { version }: VersionRef,
  upstream: Upstream,
  manifest: Manifest,
): Promise<void> {
  lease.progress.phase = 'record';
  const { totalBytes, treeSha256 } = manifest;
  const known = upstream.versions.find(({ number }) => number === version);
  const files = manifest.files.map((file) => ({
    ...file,
    media_type: mime.getType(file.path) ?? 'application/octet-stream',
  }));
  const held = await patiently(() =>
    job.db.transaction(async (tx) => {
      // Locks the sync: no one takes it over before this is done.
      const holding = { leaseSeconds: job.config.KAGGLE_LEASE_SECONDS, progress: lease.progress };
      if (!(await extendLease(tx, claim, holding))) return false;
      const id = await upsertVersion(tx, {
        mirrorId: claim.mirror_id,
        version,
        totalBytes,
        fileCount: files.length,
        treeSha256,
        notes: known?.notes ?? null,
        createdAt: known?.createdAt ?? (version === upstream.version ? upstream.updatedAt : null),
      });
      await replaceFiles(tx, id, files);
      if (job.config.MIRROR_TABLES) await findTables(tx, id, files);
      await refreshNewest(tx, claim.mirror_id);
      return true;
    }),
  );
  if (!held) throw new LeaseLostError();
}
