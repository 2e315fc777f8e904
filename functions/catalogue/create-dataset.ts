import { registerDataset } from '#shared/data/catalogue.ts';
import * as keyStore from '#shared/data/idempotency.ts';
import { defineFunction } from '#shared/http/define-function.ts';
import { oncePerKey } from '#shared/http/idempotency.ts';
import { etag, json, location } from '#shared/http/responses.ts';
import { created } from '#shared/http/results.ts';
import { DatasetInput, datasetItem } from '#shared/mirror/dataset.ts';
import { sourceOf } from '#shared/mirror/source-of.ts';

export const createDataset = defineFunction({
  name: 'create-dataset',
  method: 'POST',
  path: '/datasets',
  summary: 'Register a dataset. A Kaggle address queues its first sync',
  access: 'write',
  idempotent: true,
  body: DatasetInput,
  responses: { 201: json(datasetItem.schema, { headers: [etag, location] }) },
  handle(request) {
    const { source_url, ...values } = request.body;
    const source = sourceOf(source_url);
    return oncePerKey(request, keyStore, async (db) => {
      const row = await registerDataset(db, { ...values, source });
      return created(datasetItem.write(row), {
        location: `/datasets/${row.id}`,
        etag: datasetItem.etag(row),
      });
    });
  },
});
