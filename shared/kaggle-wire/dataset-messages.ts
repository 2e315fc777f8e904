import * as z from 'zod';

/** ISO 8601 with up to seven digits of a second, with or without a zone; without one it is UTC. */
const time = z.string();

/** A version, as GetDataset lists them. */
export const VersionMessage = z.object({
  versionNumber: z.number(),
  versionNotes: z.string().nullish(),
  creationDate: time.nullish(),
  status: z.string().nullish(),
});
export type VersionMessage = z.output<typeof VersionMessage>;

/** A dataset, as GetDataset and ListDatasets send it. Fields with default values may be absent; Kaggle sends more. */
export const DatasetMessage = z.object({
  id: z.number().nullish(),
  /** `owner/slug`, in the spelling that its owner chose. */
  ref: z.string(),
  title: z.string().nullish(),
  ownerName: z.string().nullish(),
  ownerRef: z.string().nullish(),
  url: z.string().nullish(),
  licenseName: z.string().nullish(),
  /** Of the files in GetDataset, of the archive in ListDatasets. */
  totalBytes: z.number().nullish(),
  lastUpdated: time.nullish(),
  currentVersionNumber: z.number(),
  isPrivate: z.boolean().nullish(),
  versions: z.array(VersionMessage).nullish(),
});
export type DatasetMessage = z.output<typeof DatasetMessage>;

export interface FileMessage {
  name: string;
  totalBytes: number;
  creationDate: string;
}

export interface DatasetListMessage {
  datasets: DatasetMessage[];
}

export interface FileListMessage {
  datasetFiles: FileMessage[];
  nextPageToken?: string;
}

export interface DatasetStatusMessage {
  status: string;
}

export interface DatasetMetadataMessage {
  info: {
    datasetId: number;
    datasetSlug: string;
    ownerUser: string;
    title: string;
    licenses: { name: string }[];
  };
}
