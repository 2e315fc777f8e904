import { findDataset } from '#shared/data/datasets.ts';
import { defineFunction } from '#shared/http/define-function.ts';
import { notFound } from '#shared/http/problems.ts';
import { alternate, etag, json } from '#shared/http/responses.ts';
import { ok } from '#shared/http/results.ts';
import { DatasetParams, datasetItem } from '#shared/mirror/dataset.ts';

export const getDataset = defineFunction({
  name: 'get-dataset',
  method: 'GET',
  path: '/datasets/:id',
  summary: 'One dataset',
  params: DatasetParams,
  responses: { 200: json(datasetItem.schema, { headers: [etag, alternate] }) },
  async handle({ params, db }) {
    const row = (await findDataset(db, params.id)) ?? notFound('dataset', params.id);
    const page = `</ui/datasets/${row.id}>; rel="alternate"; type="text/html"`;
    return ok(datasetItem.write(row), { etag: datasetItem.etag(row), headers: { link: page } });
  },
});
