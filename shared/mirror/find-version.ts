import type { CommonQueryMethods } from 'slonik';
import { type DatasetRow, findDataset } from '#shared/data/datasets.ts';
import { findMirror } from '#shared/data/mirrors.ts';
import { findVersion, latestVersion, type VersionRow } from '#shared/data/versions.ts';
import { notFound, Problem } from '#shared/http/problems.ts';

export interface MirroredDataset extends DatasetRow {
  mirror_ref: string;
}

/** @throws {Problem} not-found, or not-mirrored when its source_url names no dataset of Kaggle's */
export async function mirroredDataset(db: CommonQueryMethods, id: number): Promise<MirroredDataset> {
  const dataset = (await findDataset(db, id)) ?? notFound('dataset', id);
  const { mirror_ref } = dataset;
  if (mirror_ref === null)
    throw new Problem(
      'not-mirrored',
      'This dataset has no mirror. Its source_url does not point to a Kaggle dataset.',
    );
  return { ...dataset, mirror_ref };
}

/** A version as it is recorded; `latest` is the pinned one, or the newest that is ready. @throws {Problem} */
export async function knownVersion(
  db: CommonQueryMethods,
  { mirror_ref, pinned_version }: MirroredDataset,
  wanted: number | 'latest',
): Promise<VersionRow> {
  const number = wanted === 'latest' ? pinned_version : wanted;
  const found =
    number === null ? await latestVersion(db, mirror_ref) : await findVersion(db, mirror_ref, number);
  if (found && (wanted !== 'latest' || found.state === 'ready')) return found;
  return (await explainAbsence(db, mirror_ref, wanted)) ?? notFound('version', wanted);
}

/** A version whose files can be read. @throws {Problem} */
export async function readyVersion(
  db: CommonQueryMethods,
  dataset: MirroredDataset,
  wanted: number | 'latest',
): Promise<VersionRow> {
  const found = await knownVersion(db, dataset, wanted);
  if (found.state !== 'ready')
    throw new Problem(
      'not-found',
      `Version ${found.version} was removed. MIRROR_KEEP_VERSIONS limits how many versions are kept.`,
    );
  return found;
}

/** Null when there are versions, just not this one. */
async function explainAbsence(db: CommonQueryMethods, ref: string, wanted: number | 'latest'): Promise<null> {
  const mirror = await findMirror(db, ref);
  if (mirror === null || (mirror.version !== null && wanted !== 'latest')) return null;
  const why = mirror.last_error === null ? '' : ` ${mirror.last_error.detail}`;
  if (mirror.state === 'forbidden' || mirror.state === 'gone')
    throw new Problem('not-available', `The mirror is in the state ${mirror.state}.${why}`);
  throw new Problem('not-ready', `The mirror is in the state ${mirror.state}.${why}`, {
    headers: { 'retry-after': '10' },
  });
}
