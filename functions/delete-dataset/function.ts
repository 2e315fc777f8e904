import { removeDataset } from '#shared/data/catalogue.ts';
import { DatasetParams, datasetVersions } from '#shared/http/dataset.ts';
import { defineFunction } from '#shared/http/define-function.ts';
import { changedMeanwhile } from '#shared/http/if-match.ts';
import { notFound } from '#shared/http/problems.ts';
import { noContent } from '#shared/http/results.ts';

export const deleteDataset = defineFunction({
  name: 'delete-dataset',
  method: 'DELETE',
  path: '/datasets/:id',
  summary: 'Remove a dataset; its files are swept later',
  conditional: true,
  params: DatasetParams,
  responses: { 204: null },
  async handle({ params: { id }, ifMatch, db }) {
    const unwritten = await removeDataset(db, id, datasetVersions(ifMatch, id));
    if (unwritten === 'missing') notFound('dataset', id);
    if (unwritten === 'changed') changedMeanwhile();
    return noContent();
  },
});
