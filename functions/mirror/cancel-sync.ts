import { findSync, cancelSync as stopSync } from '#shared/data/syncs.ts';
import { defineFunction } from '#shared/http/define-function.ts';
import { notFound, Problem } from '#shared/http/problems.ts';
import { json } from '#shared/http/responses.ts';
import { DatasetParams } from '#shared/mirror/dataset.ts';
import { syncItem } from '#shared/mirror/sync.ts';

export const cancelSync = defineFunction({
  name: 'cancel-sync',
  method: 'DELETE',
  path: '/syncs/:id',
  summary: 'Cancel a queued or running sync',
  access: 'write',
  params: DatasetParams,
  responses: { 202: json(syncItem.schema) },
  async handle({ params, db }) {
    const cancelled = await stopSync(db, params.id);
    const sync = (await findSync(db, params.id)) ?? notFound('sync', params.id);
    if (!cancelled)
      throw new Problem('conflict', `Sync ${sync.id} has already ended in the state ${sync.state}.`);
    return { status: 202, headers: {}, body: syncItem.write(sync) };
  },
});
