import * as z from 'zod';

/** ISO 8601 with up to seven digits of a second, with or without a zone; without one it is UTC. */
const time = z.string();

/** A version, as GetDataset lists them. */
const VersionMessage = z.object({
  versionNumber: z.int(),
  versionNotes: z.string().nullish(),
  creationDate: time.nullish(),
  status: z.string().nullish(),
});
export type VersionMessage = z.output<typeof VersionMessage>;

/** A dataset, as GetDataset and ListDatasets send it. Fields with default values may be absent; Kaggle sends more. */
export const DatasetMessage = z
  .object({
    /** Of the dataset, for good: one made anew under its name has another. */
    id: z.int().nullish(),
    /** `owner/slug`, in the spelling that its owner chose. */
    ref: z.string(),
    title: z.string().nullish(),
    ownerName: z.string().nullish(),
    ownerRef: z.string().nullish(),
    url: z.string().nullish(),
    licenseName: z.string().nullish(),
    /** Of the files in GetDataset, of the archive in ListDatasets. */
    totalBytes: z.int().nullish(),
    lastUpdated: time.nullish(),
    currentVersionNumber: z.int(),
    isPrivate: z.boolean().nullish(),
    isFeatured: z.boolean().nullish(),
    subtitle: z.string().nullish(),
    /** Markdown, now and then with HTML in it. */
    description: z.string().nullish(),
    creatorName: z.string().nullish(),
    creatorUrl: z.string().nullish(),
    /** 0 to 1. */
    usabilityRating: z.number().nullish(),
    viewCount: z.int().nullish(),
    downloadCount: z.int().nullish(),
    voteCount: z.int().nullish(),
    kernelCount: z.int().nullish(),
    topicCount: z.int().nullish(),
    thumbnailImageUrl: z.string().nullish(),
    tags: z.array(z.object({ ref: z.string().optional(), name: z.string() })).nullish(),
    versions: z.array(VersionMessage).nullish(),
  })
  .meta({ id: 'KaggleDataset' });
export type DatasetMessage = z.output<typeof DatasetMessage>;

const ColumnMessage = z.object({
  /** From 0. */
  order: z.int().nullish(),
  name: z.string(),
  type: z.string().nullish(),
  originalType: z.string().nullish(),
  description: z.string().nullish(),
});
export type ColumnMessage = z.output<typeof ColumnMessage>;

const FileMessage = z.object({
  name: z.string(),
  totalBytes: z.int(),
  creationDate: time,
  description: z.string().nullish(),
  columns: z.array(ColumnMessage).nullish(),
});
export type FileMessage = z.output<typeof FileMessage>;

export const DatasetListMessage = z.object({
  datasets: z.array(DatasetMessage),
  nextPageToken: z.string().nullish(),
});
export type DatasetListMessage = z.output<typeof DatasetListMessage>;

export const FileListMessage = z.object({
  datasetFiles: z.array(FileMessage),
  errorMessage: z.string().nullish(),
  nextPageToken: z.string().nullish(),
});
export type FileListMessage = z.output<typeof FileListMessage>;

/** One folder of a version. */
export const FileTreeMessage = z.object({
  directories: z.array(z.object({ name: z.string(), relativeUrl: z.string() })),
  files: z.array(FileMessage.extend({ relativeUrl: z.string() })),
  totalChildren: z.int(),
  totalDirectories: z.int(),
  totalFiles: z.int(),
  nextPageToken: z.string().nullish(),
});
export type FileTreeMessage = z.output<typeof FileTreeMessage>;

export const FilesSummaryMessage = z.object({
  fileSummaryInfo: z.object({
    totalFileCount: z.int(),
    fileTypes: z.array(z.object({ extension: z.string(), fileCount: z.int(), totalSize: z.int() })),
  }),
});
export type FilesSummaryMessage = z.output<typeof FilesSummaryMessage>;

export const DatasetStatusMessage = z.object({ status: z.string() });
export type DatasetStatusMessage = z.output<typeof DatasetStatusMessage>;

export const DatasetMetadataMessage = z.object({
  info: z.object({
    datasetId: z.int(),
    datasetSlug: z.string(),
    ownerUser: z.string(),
    title: z.string(),
    licenses: z.array(z.object({ name: z.string() })),
    subtitle: z.string().nullish(),
    description: z.string().nullish(),
    usabilityRating: z.number().nullish(),
    totalViews: z.int().nullish(),
    totalVotes: z.int().nullish(),
    totalDownloads: z.int().nullish(),
    isPrivate: z.boolean().nullish(),
    keywords: z.array(z.string()).nullish(),
    collaborators: z.array(z.object({ username: z.string(), role: z.string().nullish() })).nullish(),
  }),
  errorMessage: z.string().nullish(),
});
export type DatasetMetadataMessage = z.output<typeof DatasetMetadataMessage>;
