import { mirroredDataset } from '#functions/mirrored.ts';
import { requestSync, Sync } from '#shared/data/syncs.ts';
import { DatasetParams } from '#shared/http/dataset.ts';
import { defineFunction } from '#shared/http/define-function.ts';
import { notFound } from '#shared/http/problems.ts';

export const createSync = defineFunction({
  name: 'create-sync',
  method: 'POST',
  path: '/datasets/:id/syncs',
  summary: 'Ask for a sync; one that waits or runs already is answered in place of a second',
  params: DatasetParams,
  responses: { 202: Sync },
  async handle({ params, db }) {
    const { id, mirror_ref } = await mirroredDataset(db, params.id);
    const sync = (await requestSync(db, { ref: mirror_ref, datasetId: id })) ?? notFound('dataset', id);
    return { status: 202, headers: { location: `/syncs/${sync.id}` }, body: sync };
  },
});
