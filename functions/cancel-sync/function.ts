import { findSync, Sync, cancelSync as stopSync } from '#shared/data/syncs.ts';
import { DatasetParams } from '#shared/http/dataset.ts';
import { defineFunction } from '#shared/http/define-function.ts';
import { notFound, Problem } from '#shared/http/problems.ts';

export const cancelSync = defineFunction({
  name: 'cancel-sync',
  method: 'DELETE',
  path: '/syncs/:id',
  summary: 'Cancel a sync that waits or runs',
  params: DatasetParams,
  responses: { 202: Sync },
  async handle({ params, db }) {
    const cancelled = await stopSync(db, params.id);
    const sync = (await findSync(db, params.id)) ?? notFound('sync', params.id);
    if (!cancelled)
      throw new Problem(
        'conflict',
        `The sync is over: it ${sync.state === 'cancelled' ? 'was' : 'has'} ${sync.state}.`,
      );
    return { status: 202, headers: {}, body: sync };
  },
});
