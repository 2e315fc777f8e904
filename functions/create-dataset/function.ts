import { sourceOf } from '#functions/source-of.ts';
import { registerDataset } from '#shared/data/catalogue.ts';
import * as keyStore from '#shared/data/idempotency.ts';
import { Dataset, DatasetInput, datasetEtag, presentDataset } from '#shared/http/dataset.ts';
import { defineFunction } from '#shared/http/define-function.ts';
import { oncePerKey } from '#shared/http/idempotency.ts';
import { created } from '#shared/http/results.ts';

export const createDataset = defineFunction({
  name: 'create-dataset',
  method: 'POST',
  path: '/datasets',
  summary: 'Register a dataset; a Kaggle address queues its first sync',
  idempotent: true,
  body: DatasetInput,
  responses: { 201: Dataset },
  handle(request) {
    const { source_url, ...values } = request.body;
    const source = sourceOf(source_url);
    return oncePerKey(request, keyStore, async (db) => {
      const row = await registerDataset(db, { ...values, source });
      return created(presentDataset(row), { location: `/datasets/${row.id}`, etag: datasetEtag(row) });
    });
  },
});
