import {
  adoptUpstream,
  findIdentity,
  type Identity,
  replaceUpstream,
  setCleared,
} from '#shared/data/upstream-identity.ts';
import { KaggleError } from '#shared/kaggle/kaggle-error.ts';
import type { Upstream } from '#shared/kaggle/upstream.ts';
import { clearDataset } from '#shared/storage/clear-dataset.ts';
import { LeaseLostError } from './lease.ts';
import type { MirrorTask, VersionTask } from './run.ts';

/**
 * Makes sure that Kaggle's dataset is the one that this mirror is of; a first one is adopted. Another one takes its
 * place where that was accepted: its versions leave the catalogue, then the volume, before any new one comes.
 * @throws {KaggleError} replaced
 */
export async function confirmIdentity({ run, claim, lease }: MirrorTask, upstream: Upstream): Promise<void> {
  const { db, config, log } = run;
  const { mirror_id, ref } = claim;
  const known = await findIdentity(db, mirror_id);
  const same = isSame(known, upstream);
  if (!same) {
    const accepted = await replaceUpstream(db, claim, upstream.id);
    if (accepted === null) throw new LeaseLostError();
    if (!accepted)
      throw new KaggleError(
        'replaced',
        `Kaggle has another dataset under the name ${ref}${numbers(known, upstream)}`,
      );
    log.warn(
      { ref, before: known.upstream_id, now: upstream.id },
      'another dataset took the place of the one before',
    );
  } else if (known.upstream_id === null && upstream.id !== null) {
    const { id } = upstream;
    await adoptUpstream(db, mirror_id, id);
  }
  if (same && !known.clearing) return;
  await lease.confirm();
  await clearDataset(config.KAGGLE_DATA_ROOT, claim);
  await setCleared(db, mirror_id);
}

/**
 * Makes sure that what was downloaded is of the dataset that was looked at before: another one may have taken its name
 * in between, and nobody knows of which of the two it is.
 * @throws {KaggleError} replaced
 */
export async function confirmUnreplaced({ run, claim, upstream, ref, ...task }: VersionTask): Promise<void> {
  const { owner, slug } = claim;
  const { budget, lease } = task;
  const now = await run.kaggle.getDataset({ owner, slug, budget, signal: lease.signal });
  const madeAt = ({ versions }: Upstream) => versions.find(({ number }) => number === ref.version)?.createdAt;
  const [before, after] = upstream.id && now.id ? [upstream.id, now.id] : [madeAt(upstream), madeAt(now)];
  if (!before || !after || before === after) return;
  throw new KaggleError(
    'replaced',
    `Kaggle has had another dataset under the name ${claim.ref} since the download`,
  );
}

/** By Kaggle's number; where one of the two is not known, by when the newest version of ours was made. */
function isSame({ upstream_id, version, created_at }: Identity, upstream: Upstream): boolean {
  if (upstream_id !== null && upstream.id !== null) return upstream_id === upstream.id;
  if (version === null || created_at === null) return true;
  const madeAt = (number: number) =>
    upstream.versions.find((known) => known.number === number)?.createdAt ?? null;
  const said = [madeAt(version), version === upstream.version ? upstream.updatedAt : null].filter(
    (time) => time !== null,
  );
  if (said.length > 0) return said.some((time) => Date.parse(time) === Date.parse(created_at));
  // Ours is not offered any more. Numbers grow with time: a younger version of a smaller number is another dataset's.
  const newest = madeAt(upstream.version);
  return upstream.version > version || newest === null || Date.parse(newest) <= Date.parse(created_at);
}

function numbers({ upstream_id }: Identity, { id }: Upstream): string {
  return upstream_id === null || id === null ? '' : ` (its id is ${id}, and was ${upstream_id})`;
}
