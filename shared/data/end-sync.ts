import type { CommonQueryMethods } from 'slonik';
import { type MirrorState, type StoredProblem, setMirrorFailed, setMirrorReady } from './mirror-state.ts';
import { lockMirrors } from './mirrors.ts';
import { type Claim, finishSync } from './sync-queue.ts';

/** What a sync met, and the state that its mirror is in by that. */
interface Failure {
  state: MirrorState;
  error: StoredProblem;
}

/**
 * Ends a sync under its fence and has its mirror say how it went: ready, failed, or null when nothing was checked.
 * When the sync is not ours any more, nothing is written.
 */
export async function endSync(
  db: CommonQueryMethods,
  claim: Claim,
  outcome: 'ready' | Failure | null,
): Promise<void> {
  const failure = outcome === 'ready' ? null : outcome;
  await db.transaction(async (tx) => {
    await lockMirrors(tx, [claim.ref]);
    const error = failure?.error ?? null;
    if (!(await finishSync(tx, claim, { state: error === null ? 'succeeded' : 'failed', error }))) return;
    if (failure) await setMirrorFailed(tx, claim.mirror_id, failure);
    else if (outcome === 'ready') await setMirrorReady(tx, claim.mirror_id);
  });
}
