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
  subtitle?: string | null;
  /** Markdown, now and then with HTML in it. */
  description?: string | null;
  creatorName?: string | null;
  /** 0 to 1. */
  usabilityRating?: number | null;
  viewCount?: number | null;
  downloadCount?: number | null;
  voteCount?: number | null;
  kernelCount?: number | null;
  topicCount?: number | null;
  thumbnailImageUrl?: string | null;
  tags?: { ref?: string; name: string }[] | null;
  versions?: VersionMessage[] | null;
}

export interface ColumnMessage {
  /** From 0. */
  order?: number | null;
  name: string;
  type?: string | null;
  originalType?: string | null;
  description?: string | null;
}

export interface FileMessage {
  name: string;
  totalBytes: number;
  creationDate: Time;
  description?: string | null;
  columns?: ColumnMessage[] | null;
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
    subtitle?: string | null;
    description?: string | null;
    usabilityRating?: number | null;
    totalViews?: number | null;
    totalVotes?: number | null;
    totalDownloads?: number | null;
    isPrivate?: boolean | null;
    keywords?: string[] | null;
    collaborators?: { username: string; role?: string | null }[] | null;
  };
}
