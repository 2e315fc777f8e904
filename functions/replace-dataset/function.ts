import { sourceOf } from '#functions/source-of.ts';
import { changeDataset } from '#shared/data/catalogue.ts';
import {
  Dataset,
  DatasetInput,
  DatasetParams,
  datasetVersions,
  writtenDataset,
} from '#shared/http/dataset.ts';
import { defineFunction } from '#shared/http/define-function.ts';

export const replaceDataset = defineFunction({
  name: 'replace-dataset',
  method: 'PUT',
  path: '/datasets/:id',
  summary: 'Replace a dataset; what is left out becomes null',
  conditional: true,
  params: DatasetParams,
  body: DatasetInput,
  responses: { 200: Dataset },
  async handle({ params: { id }, body: { source_url, ...values }, ifMatch, db }) {
    const source = sourceOf(source_url);
    return writtenDataset(
      id,
      await changeDataset(db, id, { ...values, source }, datasetVersions(ifMatch, id)),
    );
  },
});
