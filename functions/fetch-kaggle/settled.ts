import type { Standing } from '#shared/data/standing.ts';
import type { Upstream } from '#shared/kaggle/upstream.ts';

/** The versions that the datasets of a mirror want, where `ready` are here and Kaggle has `version`. */
export function wantedNumbers(
  { follows, pinned }: Pick<Standing, 'follows' | 'pinned'>,
  { ready, version, keep }: { ready: readonly number[]; version: number; keep: number },
): Set<number> {
  // The newest may have been deleted on Kaggle: what is newest there now is wanted if it would be kept beside ours.
  const newer = ready.filter((number) => number > version);
  return new Set(follows && newer.length < keep ? [...pinned, version] : pinned);
}

/**
 * Whether Kaggle has what is here, and nothing is left to do. Where it does not say which dataset it is, `confirmIdentity`
 * has to find out.
 */
export function isSettled(standing: Standing, { id, version }: Upstream, keep: number): boolean {
  const { upstream_id, unfinished, described, whole } = standing;
  if (id === null || id !== upstream_id || unfinished || !described) return false;
  const here = new Set(whole);
  return [...wantedNumbers(standing, { ready: whole, version, keep })].every((number) => here.has(number));
}
