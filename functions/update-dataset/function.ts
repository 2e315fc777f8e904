import { sourceOf } from '#functions/source-of.ts';
import { changeDataset } from '#shared/data/catalogue.ts';
import {
  Dataset,
  DatasetParams,
  DatasetPatch,
  datasetVersions,
  writtenDataset,
} from '#shared/http/dataset.ts';
import { defineFunction } from '#shared/http/define-function.ts';

export const updateDataset = defineFunction({
  name: 'update-dataset',
  method: 'PATCH',
  path: '/datasets/:id',
  summary: 'Change a dataset by a JSON merge patch',
  conditional: true,
  mergePatch: true,
  params: DatasetParams,
  body: DatasetPatch,
  responses: { 200: Dataset },
  async handle({ params: { id }, body: { source_url, ...values }, ifMatch, db }) {
    const source = source_url !== undefined && sourceOf(source_url);
    const changes = { ...values, ...(source && { source }) };
    return writtenDataset(id, await changeDataset(db, id, changes, datasetVersions(ifMatch, id)));
  },
});
