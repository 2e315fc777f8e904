import { requestSync } from '#shared/data/syncs.ts';
import { notFound } from '#shared/http/problems.ts';
import { DatasetParams } from '#shared/mirror/dataset.ts';
import { mirroredDataset } from '#shared/mirror/find-version.ts';
import { formFunction } from '#web/form-function.ts';

export const startSync = formFunction({
  name: 'start-sync',
  path: '/datasets/:id/syncs',
  summary: 'Start a sync, from a form',
  params: DatasetParams,
  async act({ params, db }) {
    const { id, mirror_ref } = await mirroredDataset(db, params.id);
    const wish = { ref: mirror_ref, datasetId: id, acceptReplacement: false };
    const sync = (await requestSync(db, wish)) ?? notFound('dataset', id);
    return `/ui/syncs/${sync.id}`;
  },
});
