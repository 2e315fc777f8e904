import { setTimeout as sleep } from 'node:timers/promises';
import type { Scope } from '#shared/data/due-mirrors.ts';
import { catchUpSearch } from '#shared/data/search-backlog.ts';
import { claimSync, listActive } from '#shared/data/sync-queue.ts';
import { mirrorDataset } from './mirror-dataset.ts';
import type { Run } from './run.ts';
import { inSyncSpan } from './sync-span.ts';

/** Works the queue off: as many datasets at a time as configured, until none waits. */
export async function workOff(run: Run, scope: Scope): Promise<number> {
  const loops = Array.from({ length: run.config.MIRROR_CONCURRENCY }, () => oneByOne(run, scope));
  const counts = await Promise.all(loops);
  await catchUpSearch(run.db, run.signal);
  return counts.reduce((sum, count) => sum + count, 0);
}

async function oneByOne(run: Run, scope: Scope): Promise<number> {
  const leaseSeconds = run.config.MIRROR_LEASE_SECONDS;
  for (let count = 0; ; count++) {
    if (run.signal.aborted) return count;
    const claim = await claimSync(run.db, { ...scope, leaseSeconds });
    if (claim === null) return count;
    const start = performance.now();
    const outcome = await inSyncSpan(claim, () => mirrorDataset(run, claim));
    run.report.dataset(claim.ref, outcome, (performance.now() - start) / 1_000);
  }
}

/**
 * Looks after datasets that another job holds: one that died gives no sign of life for a lease, and its work is
 * taken over; one that lives is left alone.
 */
export async function takeOver(run: Run, scope: Scope): Promise<void> {
  const wait = run.config.MIRROR_LEASE_SECONDS * 1_000 + 500;
  for (let end = performance.now() + wait; performance.now() < end && !run.signal.aborted; ) {
    const active = await listActive(run.db, scope);
    if (active.length === 0) return;
    if ((await workOff(run, scope)) > 0) end = performance.now() + wait;
    else await sleep(500, undefined, { signal: run.signal }).catch(() => {});
  }
  run.log.info('another job is mirroring some of the datasets');
}
