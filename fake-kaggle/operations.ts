import type {
  DatasetListMessage,
  DatasetMessage,
  DatasetMetadataMessage,
  DatasetStatusMessage,
  FileListMessage,
} from '#shared/kaggle-wire/dataset-messages.ts';
import type { DatasetOperation, DatasetRequest } from '#shared/kaggle-wire/dataset-service.ts';
import { ApiError } from './api-error.ts';
import { allDatasets, type Dataset, filesOf, findDataset, pickVersion, type Version } from './catalogue.ts';
import { describe, describeFile, metadataOf } from './describe.ts';
import type { State } from './state.ts';

export interface Caller {
  anonymous: boolean;
  /** Where the storage origin is for this client. */
  storageOrigin: string;
}

/** What an operation answers: JSON, or a redirect. */
export type Answer = Json<unknown> | { location: string };

interface Json<Message> {
  json: Message;
}

type Operation<Reply extends Answer> = (
  state: State,
  input: DatasetRequest,
  caller: Caller,
) => Promise<Reply>;

const PAGE = 20;
const MAX_PAGE = 200;

interface Operations {
  ListDatasets: Operation<Json<DatasetListMessage>>;
  GetDataset: Operation<Json<DatasetMessage>>;
  GetDatasetStatus: Operation<Json<DatasetStatusMessage>>;
  GetDatasetMetadata: Operation<Json<DatasetMetadataMessage>>;
  ListDatasetFiles: Operation<Json<FileListMessage>>;
  DownloadDataset: Operation<{ location: string }>;
}

export const OPERATIONS: Record<DatasetOperation, Operation<Answer>> = {
  async ListDatasets({ root }, { search = '', user = '', page = 1 }) {
    const all = (await allDatasets(root)).filter(
      ({ owner, slug, title, isPrivate }) =>
        !isPrivate &&
        (user === '' || owner === user) &&
        `${slug} ${title}`.toLowerCase().includes(search.toLowerCase()),
    );
    const datasets = await Promise.all(
      all.slice((page - 1) * PAGE, page * PAGE).map((found) => describe(found)),
    );
    return { json: { datasets } };
  },
  async GetDataset({ root }, input, caller) {
    return { json: await describe(await dataset(root, input, caller)) };
  },
  async GetDatasetStatus({ root }, input, caller) {
    await dataset(root, input, caller);
    return { json: { status: 'READY' } };
  },
  async GetDatasetMetadata({ root }, input, caller) {
    return { json: { info: metadataOf(await dataset(root, input, caller)) } };
  },
  async ListDatasetFiles({ root }, input, caller) {
    const found = await dataset(root, input, caller);
    const version = pickVersion(found, input.datasetVersionNumber ?? null);
    const from = Number(input.pageToken || 0);
    const size = Math.min(input.pageSize || PAGE, MAX_PAGE);
    const files = await filesOf(version);
    const datasetFiles = files.slice(from, from + size).map(({ name, size: totalBytes, modifiedAt }) => ({
      name,
      totalBytes,
      creationDate: modifiedAt.toISOString(),
      ...describeFile(found, name),
    }));
    const more = from + size < files.length;
    return { json: { datasetFiles, ...(more && { nextPageToken: String(from + size) }) } };
  },
  async DownloadDataset(state, input, caller) {
    const found = await dataset(state.root, input, caller);
    const version = pickVersion(found, input.datasetVersionNumber ?? null);
    const folder = `/kaggle-data-sets/${found.owner}/${found.slug}/${version.number}`;
    const path = input.fileName
      ? `${folder}/${await filePath(state, version, input.fileName)}`
      : `${folder}/bundle/archive.${version.archive ?? state.settings.archive}`;
    return { location: state.signer.sign(caller.storageOrigin, path) };
  },
} satisfies Operations;

async function filePath({ settings }: State, version: Version, name: string): Promise<string> {
  const file = (await filesOf(version)).find((candidate) => candidate.name === name);
  if (!file) throw new ApiError(404, 'NotFound');
  const escaped = name.split('/').map(encodeURIComponent).join('/');
  return file.size >= settings.zipFilesFrom ? `compressed/${escaped}.zip` : `files/${escaped}`;
}

/** Private datasets hide from strangers behind 403, as Kaggle's do. */
async function dataset(
  root: string,
  { ownerSlug = '', datasetSlug = '' }: DatasetRequest,
  caller: Caller,
): Promise<Dataset> {
  const found = await findDataset(root, ownerSlug, datasetSlug);
  if (found.isPrivate && caller.anonymous) throw new ApiError(403, 'Permission denied');
  return found;
}
