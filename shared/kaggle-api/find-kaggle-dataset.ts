import type { CommonQueryMethods } from 'slonik';
import { findFile } from '#shared/data/files.ts';
import { findKaggleDataset, type KaggleRow } from '#shared/data/kaggle-catalogue.ts';
import { findSync } from '#shared/data/syncs.ts';
import { findVersion, type VersionRow } from '#shared/data/versions.ts';
import { notFound, Problem } from '#shared/http/problems.ts';
import { sourceUrl } from '#shared/kaggle/ref.ts';
import { progressOf } from './sync-progress.ts';

/** Where people look it up, in any case. */
interface Named {
  ownerSlug: string;
  datasetSlug: string;
}

/** @throws {Problem} not-found with the request that registers it */
export async function kaggleDataset(
  db: CommonQueryMethods,
  { ownerSlug, datasetSlug }: Named,
): Promise<KaggleRow> {
  const ref = `${ownerSlug}/${datasetSlug}`;
  const found = await findKaggleDataset(db, ref.toLowerCase());
  if (found) return found;
  throw new Problem(
    'not-found',
    `${ref} is not on this mirror. To have it mirrored, register it with the mirror's own API:
POST /datasets {"name": "${datasetSlug}", "source_url": "${sourceUrl(ref)}"}`,
  );
}

/**
 * A version whose files can be read; null is the newest on this mirror.
 * @throws {Problem} not-found, not-available, or not-ready with the progress of the sync
 */
export async function kaggleVersion(
  db: CommonQueryMethods,
  dataset: KaggleRow,
  wanted: number | null,
): Promise<VersionRow> {
  const { ref, newest } = dataset;
  if (newest === null) throw await notYet(db, dataset);
  const found = await findVersion(db, ref, wanted ?? newest);
  if (found?.state === 'ready') return found;
  throw new Problem(
    'not-found',
    `${ref} has no version ${wanted ?? newest} on this mirror. The newest is ${newest}.`,
  );
}

async function notYet(
  db: CommonQueryMethods,
  { ref, state, last_error, sync_id }: KaggleRow,
): Promise<Problem> {
  const why = last_error === null ? '' : ` ${last_error.detail}`;
  if (state === 'forbidden' || state === 'gone')
    return new Problem('not-available', `This mirror could not get ${ref} from Kaggle.${why}`);
  const progress = sync_id === null ? state : progressOf(await findSync(db, sync_id));
  return new Problem(
    'not-ready',
    `This mirror is getting ${ref} from Kaggle: ${progress}.${why} Run the same command again later.`,
    { headers: { 'retry-after': '10' } },
  );
}

/** The path of a file. Where there is none with a plus in its name, old clients mean a space. @throws {Problem} not-found */
export async function namedFile(db: CommonQueryMethods, versionId: number, name: string): Promise<string> {
  const file =
    (await findFile(db, versionId, name)) ?? (await findFile(db, versionId, name.replaceAll('+', ' ')));
  return (file ?? notFound('file', name)).path;
}
