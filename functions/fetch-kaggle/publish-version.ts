import { rm } from 'node:fs/promises';
import type { Manifest } from '#shared/storage/manifest.ts';
import { publishVersion } from '#shared/storage/published-version.ts';
import type { VersionTask } from './run.ts';
import { stage } from './stage.ts';
import { treeIn } from './work-dir.ts';

/** Puts the version where readers look, if it is still ours to put there. */
export const publish = stage(
  'publish',
  async ({ dir, run, ref, lease, replace }: VersionTask, manifest: Manifest): Promise<void> => {
    await lease.confirm();
    await publishVersion(run.config.KAGGLE_DATA_ROOT, ref, { tree: treeIn(dir), manifest, replace });
    await rm(dir, { recursive: true, force: true });
  },
);
