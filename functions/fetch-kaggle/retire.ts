import { wantedVersions } from '#shared/data/mirror-state.ts';
import { forgetFiles, heldVersions, markRemoved, refreshNewest } from '#shared/data/versions.ts';
import { deleteVersion, hideVersion } from '#shared/storage/published-version.ts';
import type { Run } from './run.ts';

/** A mirror, as far as its versions go. */
interface Mirror {
  mirror_id: number;
  owner: string;
  slug: string;
  ref: string;
}

/**
 * Takes versions beyond the newest few out of the catalogue, pinned ones excepted, and frees the space of those
 * that were taken out long ago and that no one reads any more. With no dataset left, all of them go.
 */
export async function retireVersions(
  { db, config }: Pick<Run, 'db' | 'config'>,
  mirror: Mirror,
): Promise<void> {
  const root = config.KAGGLE_DATA_ROOT;
  const { follows, pinned } = await wantedVersions(db, mirror.ref);
  const held = await heldVersions(db, mirror.mirror_id, config.MIRROR_DELETE_GRACE_HOURS);
  const ready = held.filter(({ state }) => state === 'ready');
  const kept = new Set([
    ...pinned,
    ...(follows ? ready.slice(0, config.MIRROR_KEEP_VERSIONS).map((row) => row.version) : []),
  ]);
  for (const { id, version } of ready.filter((row) => !kept.has(row.version))) {
    await markRemoved(db, id);
    await hideVersion(root, { ...mirror, version });
  }
  await refreshNewest(db, mirror.mirror_id);
  for (const { id, version, replaced } of held.filter(({ expired }) => expired)) {
    if (!replaced) await deleteVersion(root, { ...mirror, version });
    await forgetFiles(db, id);
  }
}
