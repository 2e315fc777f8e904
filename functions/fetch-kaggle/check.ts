import { recordDescription } from '#shared/data/metadata.ts';
import { recordCheck, wantedVersions } from '#shared/data/mirror-state.ts';
import { heldVersions } from '#shared/data/versions.ts';
import { KaggleError } from '#shared/kaggle/kaggle-error.ts';
import type { Upstream } from '#shared/kaggle/upstream.ts';
import { admitPull } from './admit-pull.ts';
import { confirmIdentity } from './identity.ts';
import type { MirrorTask } from './run.ts';
import { stage } from './stage.ts';

export interface Plan {
  upstream: Upstream;
  /** Versions to bring here, oldest first. */
  missing: { version: number; replace: boolean }[];
  /** Bytes that one may have; null is no bound. */
  maxBytes: number | null;
  /** Pinned, and not offered by Kaggle. */
  unoffered: number[];
}

/** Asks Kaggle once, and compares what the datasets of this mirror want with what is on the volume. */
export const check = stage('check', async (task: MirrorTask): Promise<Plan> => {
  const { run, claim, budget, lease } = task;
  const { db, kaggle, config } = run;
  const { owner, slug, ref, mirror_id } = claim;
  const upstream = await kaggle.getDataset({ owner, slug, budget, signal: lease.signal });
  if (upstream.ref !== ref)
    throw new KaggleError('gone', `Kaggle has renamed this dataset to ${upstream.ref}`);
  await confirmIdentity(task, upstream);
  const { updatedAt, licence, version } = upstream;
  await recordCheck(db, claim, { upstreamVersion: version, upstreamUpdatedAt: updatedAt, licence });
  await recordDescription(db, claim, upstream);
  const maxBytes = await admitPull(task, upstream);
  const [wanted, held] = await Promise.all([
    wantedVersions(db, ref),
    heldVersions(db, mirror_id, config.MIRROR_DELETE_GRACE_HOURS),
  ]);
  // The newest may have been deleted on Kaggle: what is newest there now is wanted if it would be kept beside ours.
  const newer = held.filter((row) => row.state === 'ready' && row.version > version);
  const follows = wanted.follows && newer.length < config.MIRROR_KEEP_VERSIONS;
  const numbers = new Set(follows ? [...wanted.pinned, version] : wanted.pinned);
  const missing = [...numbers].flatMap((number) => {
    const here = held.find((row) => row.version === number);
    if (here?.state === 'ready' && !here.damaged) return [];
    return [{ version: number, replace: here?.damaged ?? false }];
  });
  const offered = (number: number) =>
    upstream.versions.length === 0 ||
    number === version ||
    upstream.versions.some((known) => known.number === number);
  return {
    upstream,
    maxBytes,
    missing: missing.filter((entry) => offered(entry.version)).sort((a, b) => a.version - b.version),
    unoffered: missing.filter((entry) => !offered(entry.version)).map((entry) => entry.version),
  };
});
