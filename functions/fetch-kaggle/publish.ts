import { rm } from 'node:fs/promises';
import type { Manifest } from '#shared/storage/manifest.ts';
import { publishVersion } from '#shared/storage/publish.ts';
import type { Work } from './job.ts';
import { stage } from './stage.ts';
import { treeIn } from './work-dir.ts';

/** Puts the version where readers look, if it is still ours to put there. */
export const publish = stage(
  'publish',
  async ({ dir, job, ref, lease, replace }: Work, manifest: Manifest): Promise<void> => {
    await lease.confirm();
    await publishVersion(job.config.KAGGLE_DATA_ROOT, ref, { tree: treeIn(dir), manifest, replace });
    await rm(dir, { recursive: true, force: true });
  },
);
