import { insertDataset, isRegistered } from '#shared/data/datasets.ts';
import { requestMirror } from '#shared/data/mirrors.ts';
import { parseRef, sourceUrl } from '#shared/kaggle/ref.ts';
import type { Run } from './run.ts';

/** Enters datasets into the catalogue unless one of the same reference and pin is there. */
export async function registerDatasets(
  { db, log }: Pick<Run, 'db' | 'log'>,
  refs: readonly string[],
): Promise<void> {
  for (const text of refs) {
    const source = parseRef(text);
    if (source === null) continue;
    const added = await db.transaction(async (tx) => {
      await requestMirror(tx, source);
      if (await isRegistered(tx, source.ref, source.pinnedVersion)) return false;
      await insertDataset(tx, {
        name: text,
        description: null,
        source_url: sourceUrl(text),
        mirror_ref: source.ref,
        pinned_version: source.pinnedVersion,
      });
      return true;
    });
    if (added) log.info({ ref: text }, 'dataset registered');
  }
}
