import { isPulled } from '#shared/config/pull-fields.ts';
import { findWish, registerPulled } from '#shared/data/pulled-datasets.ts';
import { KaggleError } from '#shared/kaggle/kaggle-error.ts';
import { sourceUrl } from '#shared/kaggle/ref.ts';
import type { Upstream } from '#shared/kaggle/upstream.ts';
import type { MirrorTask } from './run.ts';

/**
 * Registers what clients of Kaggle asked for of this mirror, within the bounds of pull-through. The bytes that a version
 * may have; null where people named the mirror, whom nothing bounds.
 * @throws {KaggleError} refused
 */
export async function admitPull(
  { run, claim, lease }: MirrorTask,
  upstream: Upstream,
): Promise<number | null> {
  const { db, config } = run;
  const wish = await findWish(db, claim.mirror_id);
  if (wish === null) return null;
  const refuse = (why: string): never => {
    throw new KaggleError('refused', `pull-through does not bring ${claim.ref}: ${why}`);
  };
  const { MIRROR_PULL_THROUGH_MAX_BYTES: max, MIRROR_PULL_THROUGH_TOTAL_BYTES: most } = config;
  if (!wish.named && !isPulled(config.MIRROR_PULL_THROUGH, claim))
    refuse('MIRROR_PULL_THROUGH of the job does not name it');
  if (upstream.isPrivate) refuse('the dataset is private');
  const offered = upstream.versions.map(({ number }) => number);
  const pins = wish.versions.filter((number) => number !== upstream.version && offered.includes(number));
  const coming = [upstream.version, ...pins].filter((number) => !wish.held.includes(number));
  // Kaggle tells the size of the newest only.
  const size = upstream.totalBytes ?? max;
  if (coming.length > 0 && size > max)
    refuse(`it has ${size} bytes, and MIRROR_PULL_THROUGH_MAX_BYTES allows ${max}`);
  await lease.confirm();
  const taken = await registerPulled(db, claim, {
    seen: wish.versions,
    datasets: [null, ...pins].map((pinnedVersion) => {
      const name =
        pinnedVersion === null ? upstream.spelling : `${upstream.spelling}/versions/${pinnedVersion}`;
      return { name, sourceUrl: sourceUrl(name), pinnedVersion };
    }),
    bytes: size * coming.length,
    most: most ?? null,
  });
  if (taken !== null)
    refuse(`what was pulled has ${taken} bytes, and MIRROR_PULL_THROUGH_TOTAL_BYTES allows ${most}`);
  return max;
}

/** Of an archive, whose members may have so many bytes: small ones take more room packed. */
export function packedBytes(max: number): number {
  return max + Math.ceil(max / 20) + 1_048_576;
}
