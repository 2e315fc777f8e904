import { defineFunction } from '#shared/http/define-function.ts';
import { etag, json } from '#shared/http/responses.ts';
import { ok } from '#shared/http/results.ts';
import { DatasetParams } from '#shared/mirror/dataset.ts';
import { mirroredDataset } from '#shared/mirror/find-version.ts';
import { currentMetadata, metadataItem } from '#shared/mirror/metadata.ts';

export const getMetadata = defineFunction({
  name: 'get-metadata',
  method: 'GET',
  path: '/datasets/:id/metadata',
  summary: 'How Kaggle describes a dataset, as of the last check',
  params: DatasetParams,
  responses: { 200: json(metadataItem.schema, { headers: [etag] }) },
  async handle({ params, db }) {
    const metadata = await currentMetadata(db, await mirroredDataset(db, params.id));
    return ok(metadataItem.write(metadata), { etag: metadataItem.etag(metadata) });
  },
});
