import type { CommonQueryMethods } from 'slonik';
import type { KaggleRow } from '#shared/data/kaggle-catalogue.ts';
import { listVersions, type VersionRow } from '#shared/data/versions.ts';
import { sourceUrl } from '#shared/kaggle/ref.ts';
import type { DatasetMessage } from '#shared/kaggle-wire/dataset-messages.ts';
import { kaggleVersion } from './find-kaggle-dataset.ts';

const MOST_VERSIONS = 200;

/** A dataset as GetDataset describes it, with the newest of its versions here. @throws {Problem} when there is none yet */
export async function datasetMessage(db: CommonQueryMethods, dataset: KaggleRow): Promise<DatasetMessage> {
  const current = await kaggleVersion(db, dataset, null);
  const versions = await listVersions(db, dataset.ref, { before: null, limit: MOST_VERSIONS });
  return {
    ...summaryMessage({ ...dataset, total_bytes: current.total_bytes, updated_at: updatedAt(current) }),
    description: dataset.kaggle?.description ?? dataset.description,
    currentVersionNumber: current.version,
    versions: versions
      .filter(({ state }) => state === 'ready')
      .map((row) => ({
        versionNumber: row.version,
        versionNotes: row.notes,
        creationDate: updatedAt(row),
        status: 'READY',
      })),
  };
}

export function updatedAt({ created_at, fetched_at }: VersionRow): string {
  return created_at ?? fetched_at;
}

interface Summary
  extends Pick<
    KaggleRow,
    'mirror_id' | 'upstream_id' | 'owner' | 'ref' | 'name' | 'licence' | 'newest' | 'kaggle'
  > {
  total_bytes: number;
  updated_at: string;
}

/** A dataset as a list shows it: what Kaggle says of it, and the newest version here. */
export function summaryMessage(row: Summary): DatasetMessage {
  const { kaggle, owner } = row;
  return {
    id: idOf(row),
    ref: row.ref,
    title: kaggle?.title ?? row.name,
    subtitle: kaggle?.subtitle ?? '',
    creatorName: kaggle?.owner.name ?? owner,
    creatorUrl: owner,
    ownerName: kaggle?.owner.name ?? owner,
    ownerRef: owner,
    url: sourceUrl(row.ref),
    licenseName: kaggle?.licence ?? row.licence,
    totalBytes: row.total_bytes,
    lastUpdated: row.updated_at,
    currentVersionNumber: row.newest ?? 0,
    isPrivate: false,
    isFeatured: false,
    downloadCount: kaggle?.downloads ?? 0,
    viewCount: kaggle?.views ?? 0,
    voteCount: kaggle?.votes ?? 0,
    kernelCount: kaggle?.notebooks ?? 0,
    topicCount: kaggle?.discussions ?? 0,
    usabilityRating: kaggle?.usability ?? 0,
    thumbnailImageUrl: kaggle?.image_url ?? null,
    tags: (kaggle?.keywords ?? []).map((name) => ({ ref: name, name })),
    versions: [],
  };
}

/** Of a dataset at Kaggle, or ours until Kaggle has said it. */
export function idOf({ upstream_id, mirror_id }: Pick<KaggleRow, 'upstream_id' | 'mirror_id'>): number {
  return upstream_id ?? mirror_id;
}
