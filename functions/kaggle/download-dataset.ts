import { empty, location } from '#shared/http/responses.ts';
import { makeLink } from '#shared/kaggle-api/download-link.ts';
import { kaggleDataset, kaggleVersion, namedFile } from '#shared/kaggle-api/find-kaggle-dataset.ts';
import { kaggleOperation } from '#shared/kaggle-api/kaggle-operation.ts';
import { fileFields } from '#shared/kaggle-api/request-fields.ts';

export const downloadDataset = kaggleOperation({
  name: 'download-dataset',
  method: 'DownloadDataset',
  rest: [
    '/datasets/download/:ownerSlug/:datasetSlug',
    '/datasets/download/:ownerSlug/:datasetSlug/*fileName',
    '/datasets/download-raw/:ownerSlug/:datasetSlug/*fileName',
  ],
  summary: 'Redirects to one file of a version, or to an archive of all',
  fields: fileFields,
  download: true,
  responses: { 302: empty({ headers: [location] }) },
  pulls: true,
  async handle(input, { db, signing }) {
    const dataset = await kaggleDataset(db, input);
    const { id, version, tree_sha256: tree } = await kaggleVersion(db, dataset, input.datasetVersionNumber);
    const path = input.fileName === null ? null : await namedFile(db, id, input.fileName);
    const { owner, slug } = dataset;
    const link = await makeLink(signing, { owner, slug, version, tree, path });
    return { status: 302, headers: { location: link, 'cache-control': 'no-store' } };
  },
});
