import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pruneChanges } from '#shared/data/prune-changes.ts';
import { pruneWords } from '#shared/data/prune-words.ts';
import { evictPull, forgetWishes, unusedPulls } from '#shared/data/pulled-datasets.ts';
import { mirrorsToRetire } from '#shared/data/retiring.ts';
import { pruneRuns } from '#shared/data/runs.ts';
import { pruneSyncs } from '#shared/data/sync-queue.ts';
import { forgetReaders, READER_LEASE_SECONDS } from '#shared/data/version-readers.ts';
import { conversionsFolder } from '#shared/storage/layout.ts';
import { emptyTrash } from '#shared/storage/published-version.ts';
import { retireVersions } from './retire.ts';
import type { Run } from './run.ts';

const HOUR = 3_600_000;
/** A download that no run has taken up for so long will not be resumed: its address is good for three days. */
const STALE_WORK = 7 * 24 * HOUR;
const MOST_FOR_WORDS = 30_000;

/** Frees what no one needs: versions removed long ago, mirrors that no dataset names, leftovers, old history. */
export async function sweep(run: Run): Promise<void> {
  await evict(run);
  const { MIRROR_KEEP_VERSIONS: keep, MIRROR_DELETE_GRACE_HOURS: graceHours } = run.config;
  for await (const mirror of mirrorsToRetire(run.db, { keep, graceHours })) {
    if (run.signal.aborted) return;
    await retireVersions(run, { mirror_id: mirror.id, ...mirror });
  }
  const grace = Math.max(run.config.MIRROR_DELETE_GRACE_HOURS * HOUR, READER_LEASE_SECONDS * 1_000);
  await emptyTrash(run.config.KAGGLE_DATA_ROOT, grace);
  await clearStaleWork(join(run.config.KAGGLE_DATA_ROOT, '.mirror', 'work'));
  await clearStaleWork(conversionsFolder(run.config.KAGGLE_DATA_ROOT), 2);
  await pruneSyncs(run.db);
  await pruneRuns(run.db);
  await pruneChanges(run.db, run.config.CHANGES_KEEP_DAYS);
  await forgetReaders(run.db);
  await pruneWords(run.db, { milliseconds: MOST_FOR_WORDS, signal: run.signal });
}

/** What clients had mirrored and nobody has read for long leaves the catalogue; its files go as those of any removed version. */
async function evict({ db, config, log }: Run): Promise<void> {
  const days = config.MIRROR_EVICT_AFTER_DAYS;
  if (days !== undefined)
    for (const pull of await unusedPulls(db, days)) {
      await evictPull(db, pull);
      log.info({ ref: pull.ref, days }, 'a dataset that was pulled through, and not read since, was removed');
    }
  await forgetWishes(db);
}

/** `work/<owner>/<slug>/<version>.<fence>` */
async function clearStaleWork(folder: string, depth = 0): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    if (depth < 2) await clearStaleWork(path, depth + 1);
    else if (Date.now() - (await stat(path)).mtimeMs > STALE_WORK)
      await rm(path, { recursive: true, force: true });
  }
}
