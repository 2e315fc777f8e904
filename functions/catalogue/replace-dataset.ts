import { changeDataset } from '#shared/data/catalogue.ts';
import { defineFunction } from '#shared/http/define-function.ts';
import { etag, json } from '#shared/http/responses.ts';
import {
  admittedVersions,
  DatasetInput,
  DatasetParams,
  datasetItem,
  writtenDataset,
} from '#shared/mirror/dataset.ts';
import { sourceOf } from '#shared/mirror/source-of.ts';

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
    const preconditions = { ifMatch, ifNoneMatch };
    const source = sourceOf(source_url);
    const versions = admittedVersions(preconditions, id);
    const row = await changeDataset(db, id, { ...values, source }, versions);
    return writtenDataset(id, row, preconditions);
  },
});
