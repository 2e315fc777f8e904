import type { DatasetListMessage, DatasetMessage } from '#shared/kaggle-wire/dataset-messages.ts';
import {
  DATASET_OPERATIONS,
  DATASET_SERVICE,
  type DatasetOperation,
  type DatasetRequest,
} from '#shared/kaggle-wire/dataset-service.ts';
import type { ErrorShape } from '#shared/kaggle-wire/kaggle-errors.ts';
import { toRestDataset } from '#shared/kaggle-wire/rest-dataset.ts';

/** A request, understood: which operation it asks for, and how errors look to whoever sent it. */
export interface Call {
  method: DatasetOperation;
  input: DatasetRequest;
  shape: ErrorShape;
  /** The old surface lists as a bare array, and answers each optional field three times. */
  rest: boolean;
}

const RPC = `/api/v1/${DATASET_SERVICE}/`;
const REST = /^\/api\/v1\/datasets\/(list|view|status|metadata|download)(?:\/([^/]+)\/([^/]+)(?:\/(.+))?)?$/;

/** Null for an address that neither surface has. `body` is the text of a POST. */
export function toCall(httpMethod: string, address: URL, body: string): Call | null {
  if (address.pathname.startsWith(RPC) && httpMethod === 'POST') {
    const input = (body === '' ? {} : JSON.parse(body)) as DatasetRequest;
    const method = DATASET_OPERATIONS.find((name) => address.pathname === `${RPC}${name}`);
    return method ? { method, input, shape: 'nested', rest: false } : null;
  }
  const [, verb = '', owner, slug, file] = REST.exec(address.pathname) ?? [];
  const method = methodOf(verb, owner);
  if (method === null || httpMethod !== 'GET') return null;
  const query = address.searchParams;
  const number = (name: string) => (query.has(name) ? { [name]: Number(query.get(name)) } : {});
  const text = (name: string) => (query.has(name) ? { [name]: query.get(name) ?? '' } : {});
  const input: DatasetRequest = {
    ...(owner !== undefined && { ownerSlug: decodeURIComponent(owner) }),
    ...(slug !== undefined && { datasetSlug: decodeURIComponent(slug) }),
    ...(file !== undefined && { fileName: decodeURIComponent(file) }),
    ...number('datasetVersionNumber'),
    ...number('page'),
    ...number('pageSize'),
    ...text('pageToken'),
    ...text('search'),
    ...text('user'),
  };
  return { method, input, shape: 'flat', rest: true };
}

/** What the old surface makes of an answer. */
export function toRest(method: DatasetOperation, json: unknown): unknown {
  if (method === 'ListDatasets') return (json as DatasetListMessage).datasets.map(toRestDataset);
  return method === 'GetDataset' ? toRestDataset(json as DatasetMessage) : json;
}

function methodOf(verb: string, owner: string | undefined): DatasetOperation | null {
  if (verb === 'list') return owner === undefined ? 'ListDatasets' : 'ListDatasetFiles';
  if (owner === undefined) return null;
  const methods: Record<string, DatasetOperation> = {
    view: 'GetDataset',
    status: 'GetDatasetStatus',
    metadata: 'GetDatasetMetadata',
    download: 'DownloadDataset',
  };
  return methods[verb] ?? null;
}
