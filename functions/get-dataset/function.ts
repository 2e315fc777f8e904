import { findDataset } from '#shared/data/datasets.ts';
import { Dataset, DatasetParams, datasetEtag, presentDataset } from '#shared/http/dataset.ts';
import { defineFunction } from '#shared/http/define-function.ts';
import { notFound } from '#shared/http/problems.ts';
import { ok } from '#shared/http/results.ts';

export const getDataset = defineFunction({
  name: 'get-dataset',
  method: 'GET',
  path: '/datasets/:id',
  summary: 'One dataset',
  params: DatasetParams,
  responses: { 200: Dataset },
  async handle({ params, db }) {
    const row = (await findDataset(db, params.id)) ?? notFound('dataset', params.id);
    return ok(presentDataset(row), { etag: datasetEtag(row) });
  },
});
