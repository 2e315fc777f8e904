/** The RPC service of datasets: `POST <root>/datasets.DatasetApiService/<operation>`. */
export const DATASET_SERVICE = 'datasets.DatasetApiService';

export const DATASET_OPERATIONS = [
  'ListDatasets',
  'GetDataset',
  'GetDatasetStatus',
  'GetDatasetMetadata',
  'ListDatasetFiles',
  'DownloadDataset',
] as const;
export type DatasetOperation = (typeof DATASET_OPERATIONS)[number];

/** The fields of a request, by their RPC names; each operation reads some of them. */
export interface DatasetRequest {
  ownerSlug?: string;
  datasetSlug?: string;
  datasetVersionNumber?: number;
  fileName?: string;
  search?: string;
  user?: string;
  page?: number;
  pageToken?: string;
  pageSize?: number;
}
