import { requestSync } from '#shared/data/syncs.ts';
import { defineFunction } from '#shared/http/define-function.ts';
import { json, location } from '#shared/http/responses.ts';
import { DatasetParams } from '#shared/mirror/dataset.ts';
import { mirroredDataset } from '#shared/mirror/find-version.ts';
import { syncItem } from '#shared/mirror/sync.ts';

export const createSync = defineFunction({
  name: 'create-sync',
  method: 'POST',
  path: '/datasets/:id/syncs',
  summary: 'Start a sync, or return the one that is queued or running',
  access: 'write',
  params: DatasetParams,
  responses: { 202: json(syncItem.schema, { headers: [location] }) },
  async handle({ params, db }) {
    const { id, mirror_ref } = await mirroredDataset(db, params.id);
    const sync = await requestSync(db, { ref: mirror_ref, datasetId: id });
    return { status: 202, headers: { location: `/syncs/${sync.id}` }, body: syncItem.write(sync) };
  },
});
