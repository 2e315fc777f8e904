import { findSync } from '#shared/data/syncs.ts';
import { defineFunction } from '#shared/http/define-function.ts';
import { notFound } from '#shared/http/problems.ts';
import { etag, json } from '#shared/http/responses.ts';
import { ok } from '#shared/http/results.ts';
import { DatasetParams } from '#shared/mirror/dataset.ts';
import { syncItem } from '#shared/mirror/sync-item.ts';

export const getSync = defineFunction({
  name: 'get-sync',
  method: 'GET',
  path: '/syncs/:id',
  summary: 'State of a sync',
  params: DatasetParams,
  responses: { 200: json(syncItem.schema, { headers: [etag] }) },
  async handle({ params, db }) {
    const sync = (await findSync(db, params.id)) ?? notFound('sync', params.id);
    return ok(syncItem.write(sync), { etag: syncItem.etag(sync) });
  },
});
