import { findSync, type SyncRow, cancelSync as stopSync } from '#shared/data/syncs.ts';
import { defineFunction } from '#shared/http/define-function.ts';
import { isMet, unmet } from '#shared/http/preconditions.ts';
import { notFound, Problem } from '#shared/http/problems.ts';
import { etag, json } from '#shared/http/responses.ts';
import { DatasetParams } from '#shared/mirror/dataset.ts';
import { syncItem } from '#shared/mirror/sync-item.ts';

export const cancelSync = defineFunction({
  name: 'cancel-sync',
  method: 'DELETE',
  path: '/syncs/:id',
  summary: 'Cancel a queued or running sync',
  access: 'write',
  conditional: 'optional',
  params: DatasetParams,
  responses: { 202: json(syncItem.schema, { headers: [etag] }) },
  async handle({ params, ifMatch, ifNoneMatch, db }) {
    const preconditions = { ifMatch, ifNoneMatch };
    const admits = (sync: SyncRow) => isMet(preconditions, syncItem.etag(sync));
    const outcome = await stopSync(db, params.id, admits);
    const sync = (await findSync(db, params.id)) ?? notFound('sync', params.id);
    if (outcome === 'finished')
      throw new Problem('conflict', `Sync ${sync.id} has already ended in the state ${sync.state}.`);
    if (outcome === 'changed') throw unmet(preconditions);
    return { status: 202, headers: { etag: syncItem.etag(sync) }, body: syncItem.write(sync) };
  },
});
