import { cancelSync, findSync } from '#shared/data/syncs.ts';
import { notFound } from '#shared/http/problems.ts';
import { DatasetParams } from '#shared/mirror/dataset.ts';
import { formFunction } from '#web/form-function.ts';

export const stopSync = formFunction({
  name: 'stop-sync',
  path: '/syncs/:id/cancel',
  summary: 'Cancel a sync, from a form',
  params: DatasetParams,
  async act({ params: { id }, db }) {
    // One that has ended in the meantime is shown as it ended.
    await cancelSync(db, id, () => true);
    if ((await findSync(db, id)) === null) notFound('sync', id);
    return `/ui/syncs/${id}`;
  },
});
