import { changeDataset } from '#shared/data/catalogue.ts';
import { defineFunction } from '#shared/http/define-function.ts';
import { etag, json } from '#shared/http/responses.ts';
import { parseSourceUrl } from '#shared/kaggle/source-url.ts';
import {
  admittedVersions,
  DatasetInput,
  DatasetParams,
  datasetItem,
  writtenDataset,
} from '#shared/mirror/dataset.ts';

export const replaceDataset = defineFunction({
  name: 'replace-dataset',
  method: 'PUT',
  path: '/datasets/:id',
  summary: 'Replace a dataset. Fields that are left out become null',
  access: 'write',
  conditional: true,
  params: DatasetParams,
  body: DatasetInput,
  responses: { 200: json(datasetItem.schema, { headers: [etag] }) },
  async handle({ params: { id }, body: { source_url, ...values }, ifMatch, ifNoneMatch, db }) {
    const source = { source_url, kaggle: parseSourceUrl(source_url) };
    const versions = admittedVersions({ ifMatch, ifNoneMatch }, id);
    return writtenDataset(id, await changeDataset(db, id, { ...values, source }, versions));
  },
});
