import { endSync } from '#shared/data/end-sync.ts';
import { type Claim, passFence, returnAccepting, returnSync } from '#shared/data/sync-queue.ts';
import { KaggleError } from '#shared/kaggle/errors.ts';
import { toFailure } from '#shared/mirror/sync-failure.ts';
import { ArchiveError, toVolumeError } from '#shared/storage/errors.ts';
import { publishedManifest, showVersion } from '#shared/storage/publish.ts';
import { check, type Plan } from './check.ts';
import { download } from './download.ts';
import { extract } from './extract.ts';
import type { Job, Task, Work } from './job.ts';
import { holdLease, LeaseLostError } from './lease.ts';
import { publish } from './publish.ts';
import { record } from './record.ts';
import type { Outcome } from './report.ts';
import { retireVersions } from './retire.ts';
import { showSpellings } from './spellings.ts';
import { verify } from './verify.ts';
import { clearWork, FenceBehindError, openWorkDir } from './work-dir.ts';

/** Takes one dataset through the stages; every end is recorded, none is thrown. */
export async function mirrorDataset(job: Job, claim: Claim): Promise<Outcome> {
  const lease = holdLease(claim, {
    db: job.db,
    leaseSeconds: job.config.MIRROR_LEASE_SECONDS,
    signal: job.signal,
    onProgress: (progress) => job.report.progress(claim.ref, progress),
  });
  const task: Task = {
    job,
    claim,
    lease,
    budget: { left: job.config.MIRROR_RETRIES, delay: job.config.MIRROR_RETRY_DELAY },
  };
  try {
    // Of a sample there is nothing to check.
    const checked = !claim.sample || job.withSamples;
    const versions = checked ? await bringWanted(task) : [];
    await endSync(job.db, claim, checked ? 'ready' : null);
    return { kind: versions.length > 0 ? 'mirrored' : 'unchanged', versions };
  } catch (error) {
    return await giveUp(task, error);
  } finally {
    lease.release();
  }
}

/** The versions that were brought here. */
async function bringWanted(task: Task): Promise<number[]> {
  const { job, claim } = task;
  const plan = await check(task);
  for (const { version, replace } of plan.missing) await bringVersion(task, plan, { version, replace });
  await clearWork(job.config.KAGGLE_DATA_ROOT, claim);
  await showSpellings(task, plan.upstream);
  await retireVersions(job, claim);
  if (plan.unoffered.length > 0)
    throw new KaggleError('gone', `Kaggle offers no version ${plan.unoffered.join(', ')} of this dataset`);
  return plan.missing.map(({ version }) => version);
}

async function bringVersion(
  task: Task,
  { upstream }: Plan,
  { version, replace }: { version: number; replace: boolean },
) {
  const { job, claim } = task;
  const root = job.config.KAGGLE_DATA_ROOT;
  const ref = { owner: claim.owner, slug: claim.slug, version };
  const published = replace ? null : await publishedManifest(root, ref);
  if (published) {
    // An earlier run came that far, or the version was hidden and is wanted again.
    await showVersion(root, ref);
    return record(task, ref, upstream, published);
  }
  const work: Work = { ...task, ref, upstream, replace, dir: await openWorkDir(root, claim, ref) };
  const manifest = await unpacked(work).catch((error) => {
    // Damage on the way is worth one whole repeat; a hostile archive is not.
    if (error instanceof ArchiveError && error.kind === 'damaged') return unpacked(work);
    throw error;
  });
  await publish(work, manifest);
  await record(task, ref, upstream, manifest);
}

async function unpacked(work: Work) {
  const hash = await download(work);
  await verify(work, hash);
  return extract(work);
}

async function giveUp({ job, claim }: Task, error: unknown): Promise<Outcome> {
  if (error instanceof LeaseLostError) return { kind: 'lost', versions: [] };
  if (error instanceof FenceBehindError) {
    // If the sync is still ours, whoever claims it next has a fence that will do; if not, giving it back does nothing.
    const { fence } = error;
    await passFence(job.db, claim, fence);
    await returnSync(job.db, claim);
    return { kind: 'lost', versions: [] };
  }
  if (job.signal.aborted) {
    await returnSync(job.db, claim).catch(() => {});
    return { kind: 'interrupted', versions: [] };
  }
  if (error instanceof KaggleError && error.failure === 'replaced')
    if (await returnAccepting(job.db, claim)) return { kind: 'lost', versions: [] };
  const failure = toFailure(toVolumeError(error));
  if (failure.unexpected) job.log.error({ err: error, ref: claim.ref }, 'a sync failed unexpectedly');
  const ours = await endSync(job.db, claim, failure).catch((err) => {
    job.log.error({ err, ref: claim.ref }, 'a failure of a sync could not be recorded');
    return true;
  });
  // Whoever has it by now says how it went.
  if (!ours) return { kind: 'lost', versions: [] };
  return { kind: failure.soft ? 'pending' : 'failed', versions: [], reason: failure.error.detail };
}
