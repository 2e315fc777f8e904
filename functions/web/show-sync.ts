import { datasetOfMirror } from '#shared/data/datasets.ts';
import { findSync } from '#shared/data/syncs.ts';
import { notFound } from '#shared/http/problems.ts';
import { DatasetParams } from '#shared/mirror/dataset.ts';
import { pageFunction } from '#web/page-function.ts';

export const showSync = pageFunction({
  name: 'show-sync',
  path: '/syncs/:id',
  summary: 'How a sync goes',
  params: DatasetParams,
  async render({ params: { id }, db, may }) {
    const sync = (await findSync(db, id)) ?? notFound('sync', id);
    const datasetId = sync.dataset_id ?? (await datasetOfMirror(db, sync.ref, null));
    const { syncPage } = await import('#web/pages/sync.ts');
    return syncPage(sync, { datasetId, mayWrite: may('write') });
  },
});
