import { countChildren, listChildren, placeOf } from '#shared/data/file-tree.ts';
import { notFound } from '#shared/http/problems.ts';
import { json } from '#shared/http/responses.ts';
import { ok } from '#shared/http/results.ts';
import { updatedAt } from '#shared/kaggle-api/dataset-message.ts';
import { kaggleDataset } from '#shared/kaggle-api/find-kaggle-dataset.ts';
import { kaggleOperation } from '#shared/kaggle-api/kaggle-operation.ts';
import { folderFields } from '#shared/kaggle-api/request-fields.ts';
import { pagedVersion } from '#shared/kaggle-api/version-pages.ts';
import { FileTreeMessage } from '#shared/kaggle-wire/dataset-messages.ts';

export const listKaggleTree = kaggleOperation({
  name: 'list-kaggle-tree',
  method: 'ListTreeDatasetFiles',
  rest: ['/datasets/list-tree/:ownerSlug/:datasetSlug'],
  summary: 'The files and folders of one folder of a version, 20 to 200 on a page',
  fields: folderFields,
  responses: { 200: json(FileTreeMessage) },
  pulls: true,
  async handle(input, { db }) {
    const prefix = input.path === '' ? '' : `${input.path}/`;
    const dataset = await kaggleDataset(db, input);
    const { version, after, tokenAfter } = await pagedVersion(db, dataset, `tree ${prefix}`, input);
    const [children, counts] = await Promise.all([
      listChildren(db, version.id, { prefix, after, limit: input.pageSize + 1 }),
      countChildren(db, version.id, prefix),
    ]);
    if (counts.files + counts.folders === 0 && prefix !== '') return notFound('folder', input.path);
    const shown = children.slice(0, input.pageSize);
    const last = children.length > shown.length ? shown.at(-1) : undefined;
    const message: FileTreeMessage = {
      directories: shown
        .filter(({ size }) => size === null)
        .map(({ name }) => ({ name, relativeUrl: prefix + name })),
      files: shown.flatMap(({ name, size }) =>
        size === null
          ? []
          : [{ name, totalBytes: size, creationDate: updatedAt(version), relativeUrl: prefix + name }],
      ),
      totalChildren: counts.files + counts.folders,
      totalDirectories: counts.folders,
      totalFiles: counts.files,
      nextPageToken: last ? tokenAfter(placeOf(last)) : null,
    };
    return ok(message);
  },
});
