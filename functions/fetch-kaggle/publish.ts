import { rm } from 'node:fs/promises';
import type { Manifest } from '#shared/storage/manifest.ts';
import { publishVersion } from '#shared/storage/publish.ts';
import type { Work } from './job.ts';
import { treeIn } from './work-dir.ts';

/** Puts the version where readers look, if it is still ours to put there. */
export async function publish({ dir, job, ref, lease, replace }: Work, manifest: Manifest): Promise<void> {
  lease.progress.phase = 'publish';
  await lease.confirm();
  await publishVersion(job.config.KAGGLE_DATA_ROOT, ref, { tree: treeIn(dir), manifest, replace });
  await rm(dir, { recursive: true, force: true });
}
