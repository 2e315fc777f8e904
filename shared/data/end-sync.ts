import type { CommonQueryMethods } from 'slonik';
import { type MirrorState, type StoredProblem, setMirrorFailed, setMirrorReady } from './mirror-state.ts';
import { lockMirrors } from './mirrors.ts';
import { type Claim, finishSync } from './sync-queue.ts';

/** What a sync met, and the state that its mirror is in by that. */
interface Failure {
  state: MirrorState;
  error: StoredProblem;
  /** Nothing to worry about: another run will do. */
  soft: boolean;
}

/**
 * Ends a sync under its fence and has its mirror say how it went: ready, failed, or null when nothing was checked.
 * False, and nothing is written, when the sync is not ours any more.
 */
export function endSync(
  db: CommonQueryMethods,
  claim: Claim,
  outcome: 'ready' | Failure | null,
): Promise<boolean> {
  const failure = outcome === 'ready' ? null : outcome;
  const error = failure?.error ?? null;
  return db.transaction(async (tx) => {
    await lockMirrors(tx, [claim.ref]);
    const ours = await finishSync(tx, claim, { state: error ? 'failed' : 'succeeded', error });
    if (ours && failure) await setMirrorFailed(tx, claim.mirror_id, failure);
    if (ours && outcome === 'ready') await setMirrorReady(tx, claim.mirror_id);
    return ours;
  });
}
