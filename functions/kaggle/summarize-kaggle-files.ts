import { countExtensions } from '#shared/data/file-tree.ts';
import { json } from '#shared/http/responses.ts';
import { ok } from '#shared/http/results.ts';
import { kaggleDataset, kaggleVersion } from '#shared/kaggle-api/find-kaggle-dataset.ts';
import { kaggleOperation } from '#shared/kaggle-api/kaggle-operation.ts';
import { versionFields } from '#shared/kaggle-api/request-fields.ts';
import { FilesSummaryMessage } from '#shared/kaggle-wire/dataset-messages.ts';

const MOST_EXTENSIONS = 1_000;

export const summarizeKaggleFiles = kaggleOperation({
  name: 'summarize-kaggle-files',
  method: 'GetDatasetFilesSummary',
  rest: ['/datasets/files/summary/:ownerSlug/:datasetSlug'],
  summary: 'How many files of which extension a version has',
  fields: versionFields,
  responses: { 200: json(FilesSummaryMessage) },
  pulls: true,
  async handle(input, { db }) {
    const version = await kaggleVersion(db, await kaggleDataset(db, input), input.datasetVersionNumber);
    const extensions = await countExtensions(db, version.id, MOST_EXTENSIONS);
    const message: FilesSummaryMessage = {
      fileSummaryInfo: {
        totalFileCount: version.file_count,
        fileTypes: extensions.map(({ extension, files, bytes }) => ({
          extension,
          fileCount: files,
          totalSize: bytes,
        })),
      },
    };
    return ok(message);
  },
});
