/** ISO 8601 with up to seven digits of a second, with or without a zone; without one it is UTC. */
type Time = string;

/** A version, as GetDataset lists them. */
export interface VersionMessage {
  versionNumber: number;
  versionNotes?: string | null;
  creationDate?: Time | null;
  status?: string | null;
}

/** A dataset, as GetDataset and ListDatasets send it. Fields with default values may be absent; Kaggle sends more. */
export interface DatasetMessage {
  /** Of the dataset, for good: one made anew under its name has another. */
  id?: number | null;
  /** `owner/slug`, in the spelling that its owner chose. */
  ref: string;
  title?: string | null;
  ownerName?: string | null;
  ownerRef?: string | null;
  url?: string | null;
  licenseName?: string | null;
  /** Of the files in GetDataset, of the archive in ListDatasets. */
  totalBytes?: number | null;
  lastUpdated?: Time | null;
  currentVersionNumber: number;
  isPrivate?: boolean | null;
  versions?: VersionMessage[] | null;
}

export interface FileMessage {
  name: string;
  totalBytes: number;
  creationDate: Time;
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
