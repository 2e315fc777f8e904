import { rm } from 'node:fs/promises';
import { isNamed } from '#shared/data/datasets.ts';
import { endSync } from '#shared/data/end-sync.ts';
import { type MirrorState, sourceUrls } from '#shared/data/mirror-state.ts';
import { endUnchanged } from '#shared/data/standing.ts';
import { type Claim, passFence, returnAccepting, returnSync } from '#shared/data/sync-queue.ts';
import { KaggleError } from '#shared/kaggle/kaggle-error.ts';
import { toFailure } from '#shared/mirror/sync-failure.ts';
import { publishedManifest, showVersion } from '#shared/storage/published-version.ts';
import { ArchiveError, toVolumeError } from '#shared/storage/storage-errors.ts';
import { together } from '#shared/storage/together.ts';
import { inSpan } from '#shared/telemetry/spans.ts';
import { check, type Plan, type Settled, told } from './check.ts';
import { describeVersions } from './describe-versions.ts';
import { download } from './download-archive.ts';
import { extract } from './extract-version.ts';
import { confirmUnreplaced } from './identity.ts';
import { holdLease, LeaseLostError } from './lease.ts';
import { publish } from './publish-version.ts';
import { record } from './record-version.ts';
import { retireVersions } from './retire.ts';
import type { MirrorTask, Run, VersionTask } from './run.ts';
import type { Outcome } from './run-report.ts';
import { showSpellings } from './spellings.ts';
import { verify } from './verify-archive.ts';
import { clearWork, FenceBehindError, openWorkDir } from './work-dir.ts';

const ABSENT = new Set<MirrorState>(['gone', 'forbidden']);

/** Takes one dataset through the stages; every end is recorded, none is thrown. */
export async function mirrorDataset(run: Run, claim: Claim): Promise<Outcome> {
  const lease = holdLease(claim, {
    db: run.db,
    leaseSeconds: run.config.MIRROR_LEASE_SECONDS,
    signal: run.signal,
    onProgress: (progress) => run.report.progress(claim.ref, progress),
  });
  const task: MirrorTask = {
    run,
    claim,
    lease,
    budget: { left: run.config.MIRROR_RETRIES, delay: run.config.MIRROR_RETRY_DELAY },
  };
  try {
    // Of a sample there is nothing to check.
    if (claim.sample && !run.withSamples) {
      await endSync(run.db, claim, null);
      return { kind: 'unchanged', versions: [] };
    }
    const plan = await check(task);
    if ('settled' in plan) return await confirmSettled(task, plan);
    const versions = await bringWanted(task, plan);
    await endSync(run.db, claim, 'ready');
    return { kind: versions.length > 0 ? 'mirrored' : 'unchanged', versions };
  } catch (error) {
    return await giveUp(task, error);
  } finally {
    lease.release();
  }
}

async function confirmSettled(task: MirrorTask, { upstream, settled }: Settled): Promise<Outcome> {
  const { run, claim } = task;
  await clearWork(run.config.KAGGLE_DATA_ROOT, claim);
  await showSpellings(task, upstream, settled.addresses);
  const ours = await endUnchanged(run.db, claim, told(upstream), upstream);
  return { kind: ours ? 'unchanged' : 'lost', versions: [] };
}

/** The versions that were brought here. */
async function bringWanted(task: MirrorTask, plan: Plan): Promise<number[]> {
  const { run, claim } = task;
  for (const { version, replace } of plan.missing) await bringVersion(task, plan, { version, replace });
  await describeVersions(task, plan);
  await clearWork(run.config.KAGGLE_DATA_ROOT, claim);
  await showSpellings(task, plan.upstream, await sourceUrls(run.db, claim.ref));
  await retireVersions(run, claim);
  if (plan.unoffered.length > 0)
    throw new KaggleError('gone', `Kaggle offers no version ${plan.unoffered.join(', ')} of this dataset`);
  return plan.missing.map(({ version }) => version);
}

async function bringVersion(
  task: MirrorTask,
  { upstream, maxBytes }: Plan,
  { version, replace }: { version: number; replace: boolean },
) {
  const { run, claim } = task;
  const root = run.config.KAGGLE_DATA_ROOT;
  const ref = { owner: claim.owner, slug: claim.slug, version };
  const published = replace ? null : await publishedManifest(root, ref);
  if (published) {
    // An earlier run came that far, or the version was hidden and is wanted again.
    await showVersion(root, ref);
    return record(task, ref, upstream, published);
  }
  const work: VersionTask = {
    ...task,
    ref,
    upstream,
    maxBytes,
    replace,
    dir: await openWorkDir(root, claim, ref),
  };
  const manifest = await unpacked(work).catch((error) => {
    // Damage on the way is worth one whole repeat; a hostile archive is not.
    if (error instanceof ArchiveError && error.kind === 'damaged') return unpacked(work);
    throw error;
  });
  await publish(work, manifest);
  await record(task, ref, upstream, manifest);
}

async function unpacked(work: VersionTask) {
  const hash = await download(work);
  const within = (signal: AbortSignal): VersionTask => ({ ...work, lease: { ...work.lease, signal } });
  try {
    // Kaggle's pace lets some of these requests wait.
    const [, manifest] = await together(work.lease.signal, [
      (signal) => inSpan('identity', {}, () => confirmUnreplaced(within(signal))),
      async (signal) => {
        await verify(within(signal), hash);
        return extract(within(signal));
      },
    ]);
    return manifest;
  } catch (error) {
    // What was downloaded is of either of two datasets.
    if (error instanceof KaggleError && error.failure === 'replaced')
      await rm(work.dir, { recursive: true, force: true });
    throw error;
  }
}

async function giveUp({ run, claim }: MirrorTask, error: unknown): Promise<Outcome> {
  if (error instanceof LeaseLostError) return { kind: 'lost', versions: [] };
  if (error instanceof FenceBehindError) {
    // While this job holds the sync, the next claim has a higher fence; otherwise giving it back does nothing.
    const { fence } = error;
    await passFence(run.db, claim, fence);
    await returnSync(run.db, claim);
    return { kind: 'lost', versions: [] };
  }
  if (run.signal.aborted) {
    await returnSync(run.db, claim).catch(() => {});
    return { kind: 'interrupted', versions: [] };
  }
  if (error instanceof KaggleError && error.failure === 'replaced')
    if (await returnAccepting(run.db, claim)) return { kind: 'lost', versions: [] };
  const failure = toFailure(toVolumeError(error));
  // A client asked for what Kaggle does not have, or what is not for it: nobody else is concerned.
  if (ABSENT.has(failure.state) && !(await isNamed(run.db, claim.ref))) failure.soft = true;
  if (failure.unexpected) run.log.error({ err: error, ref: claim.ref }, 'a sync failed unexpectedly');
  const ours = await endSync(run.db, claim, failure).catch((err) => {
    run.log.error({ err, ref: claim.ref }, 'a failure of a sync could not be recorded');
    return true;
  });
  // The job that holds the sync now records its outcome.
  if (!ours) return { kind: 'lost', versions: [] };
  return { kind: failure.soft ? 'pending' : 'failed', versions: [], reason: failure.error.detail };
}
