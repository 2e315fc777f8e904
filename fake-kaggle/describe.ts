import type {
  DatasetMessage,
  DatasetMetadataMessage,
  FileMessage,
} from '#shared/kaggle-wire/dataset-messages.ts';
import { type Dataset, filesOf, pickVersion } from './catalogue.ts';

/** As GetDataset and ListDatasets have it. */
export async function describe(found: Dataset): Promise<DatasetMessage> {
  const { id, owner, slug, title, licence, isPrivate, metadata, versions } = found;
  const { subtitle, description, usabilityRating, counts = {}, keywords } = metadata;
  const newest = pickVersion(found, null);
  const files = await filesOf(newest);
  return {
    id,
    ref: `${owner}/${slug}`,
    title,
    ownerName: metadata.ownerName ?? owner,
    ownerRef: owner,
    url: `https://www.kaggle.com/datasets/${owner}/${slug}`,
    licenseName: licence,
    totalBytes: files.reduce((sum, file) => sum + file.size, 0),
    lastUpdated: newest.createdAt.toISOString(),
    currentVersionNumber: newest.number,
    // Defaults are left out, as protobuf's JSON does.
    ...given({
      isPrivate: isPrivate || undefined,
      subtitle,
      description,
      usabilityRating,
      thumbnailImageUrl: metadata.image,
      viewCount: counts.views,
      downloadCount: counts.downloads,
      voteCount: counts.votes,
      kernelCount: counts.kernels,
      topicCount: counts.topics,
      tags: keywords?.map((name) => ({ ref: name, name })),
    }),
    versions: versions.map(({ number, notes, createdAt }) => ({
      versionNumber: number,
      versionNotes: notes,
      creationDate: createdAt.toISOString(),
      status: 'READY',
    })),
  };
}

/** As GetDatasetMetadata has it. */
export function metadataOf({
  id,
  owner,
  slug,
  title,
  licence,
  metadata,
}: Dataset): DatasetMetadataMessage['info'] {
  const { subtitle, description, keywords, collaborators, usabilityRating, counts = {} } = metadata;
  return {
    datasetId: id,
    datasetSlug: slug,
    ownerUser: owner,
    title,
    licenses: [{ name: licence }],
    ...given({
      subtitle,
      description,
      keywords,
      collaborators,
      usabilityRating,
      totalViews: counts.views,
      totalVotes: counts.votes,
      totalDownloads: counts.downloads,
    }),
  };
}

/** What ListDatasetFiles tells of a file besides its size. */
export function describeFile(
  { metadata }: Dataset,
  name: string,
): Pick<FileMessage, 'description' | 'columns'> {
  const resource = metadata.resources?.find(({ path }) => path === name);
  return given({
    description: resource?.description,
    columns: resource?.schema?.fields.map((field, order) => ({
      order,
      originalType: field.type ?? null,
      ...field,
    })),
  });
}

/** Defaults are left out, as protobuf's JSON does. */
function given<Fields extends object>(
  fields: Fields,
): { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
