import { listFiles } from '#shared/data/files.ts';
import { json } from '#shared/http/responses.ts';
import { ok } from '#shared/http/results.ts';
import { updatedAt } from '#shared/kaggle-api/dataset-message.ts';
import { kaggleDataset } from '#shared/kaggle-api/find-kaggle-dataset.ts';
import { kaggleOperation } from '#shared/kaggle-api/kaggle-operation.ts';
import { pageFields, versionFields } from '#shared/kaggle-api/request-fields.ts';
import { pagedVersion } from '#shared/kaggle-api/version-pages.ts';
import { FileListMessage } from '#shared/kaggle-wire/dataset-messages.ts';

export const listKaggleFiles = kaggleOperation({
  name: 'list-kaggle-files',
  method: 'ListDatasetFiles',
  rest: ['/datasets/list/:ownerSlug/:datasetSlug'],
  summary: 'The files of a version, 20 to 200 on a page',
  fields: { ...versionFields, ...pageFields },
  responses: { 200: json(FileListMessage) },
  pulls: true,
  async handle(input, { db }) {
    const { version, after, tokenAfter } = await pagedVersion(
      db,
      await kaggleDataset(db, input),
      'files',
      input,
    );
    const rows = await listFiles(db, version.id, { prefix: '', after, limit: input.pageSize + 1 });
    const shown = rows.slice(0, input.pageSize);
    const last = rows.length > shown.length ? shown.at(-1) : undefined;
    const message: FileListMessage = {
      datasetFiles: shown.map(({ path, size }) => ({
        name: path,
        totalBytes: size,
        creationDate: updatedAt(version),
      })),
      errorMessage: null,
      nextPageToken: last ? tokenAfter(last.path) : null,
    };
    return ok(message);
  },
});
