import { changeDataset } from '#shared/data/catalogue.ts';
import { defineFunction } from '#shared/http/define-function.ts';
import { etag, json } from '#shared/http/responses.ts';
import {
  admittedVersions,
  DatasetParams,
  DatasetPatch,
  datasetItem,
  writtenDataset,
} from '#shared/mirror/dataset.ts';
import { sourceOf } from '#shared/mirror/source-of.ts';

export const updateDataset = defineFunction({
  name: 'update-dataset',
  method: 'PATCH',
  path: '/datasets/:id',
  summary: 'Change a dataset by a JSON merge patch',
  access: 'write',
  conditional: true,
  mergePatch: true,
  params: DatasetParams,
  body: DatasetPatch,
  responses: { 200: json(datasetItem.schema, { headers: [etag] }) },
  async handle({ params: { id }, body: { source_url, ...values }, ifMatch, ifNoneMatch, db }) {
    const preconditions = { ifMatch, ifNoneMatch };
    const source = source_url !== undefined && sourceOf(source_url);
    const versions = admittedVersions(preconditions, id);
    const row = await changeDataset(db, id, { ...values, ...(source && { source }) }, versions);
    return writtenDataset(id, row, preconditions);
  },
});
