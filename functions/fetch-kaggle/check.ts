import { recordDescription } from '#shared/data/metadata.ts';
import { type Checked, recordCheck, wantedVersions } from '#shared/data/mirror-state.ts';
import { findStanding, type Standing } from '#shared/data/standing.ts';
import { heldVersions } from '#shared/data/versions.ts';
import { KaggleError } from '#shared/kaggle/kaggle-error.ts';
import type { Upstream } from '#shared/kaggle/upstream.ts';
import { admitPull } from './admit-pull.ts';
import { confirmIdentity } from './identity.ts';
import type { MirrorTask } from './run.ts';
import { isSettled, wantedNumbers } from './settled.ts';
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

/** What Kaggle has is here, and nothing else is left to do. */
export interface Settled {
  upstream: Upstream;
  settled: Standing;
}

/** Asks Kaggle once, and compares what the datasets of this mirror want with what is on the volume. */
export const check = stage('check', async (task: MirrorTask): Promise<Plan | Settled> => {
  const { run, claim, budget, lease } = task;
  const { db, kaggle, config } = run;
  const { owner, slug, ref, mirror_id } = claim;
  const upstream = await kaggle.getDataset({ owner, slug, budget, signal: lease.signal });
  if (upstream.ref !== ref)
    throw new KaggleError('gone', `Kaggle has renamed this dataset to ${upstream.ref}`);
  const { MIRROR_KEEP_VERSIONS: keep, MIRROR_DELETE_GRACE_HOURS: graceHours } = config;
  const { version } = upstream;
  const standing = await findStanding(db, mirror_id, { version, keep, graceHours });
  if (isSettled(standing, upstream, keep)) return { upstream, settled: standing };
  await confirmIdentity(task, upstream);
  await recordCheck(db, claim, told(upstream));
  await recordDescription(db, claim, upstream);
  const maxBytes = await admitPull(task, upstream);
  const [wanted, held] = await Promise.all([
    wantedVersions(db, ref),
    heldVersions(db, mirror_id, graceHours),
  ]);
  const ready = held.filter(({ state }) => state === 'ready').map((row) => row.version);
  const missing = [...wantedNumbers(wanted, { ready, version, keep })].flatMap((number) => {
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

/** What is recorded of a check. */
export function told({ version, updatedAt, licence }: Upstream): Checked {
  return { upstreamVersion: version, upstreamUpdatedAt: updatedAt, licence };
}
