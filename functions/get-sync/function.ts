import { findSync, Sync } from '#shared/data/syncs.ts';
import { contentEtag } from '#shared/http/content-etag.ts';
import { DatasetParams } from '#shared/http/dataset.ts';
import { defineFunction } from '#shared/http/define-function.ts';
import { notFound } from '#shared/http/problems.ts';
import { ok } from '#shared/http/results.ts';

export const getSync = defineFunction({
  name: 'get-sync',
  method: 'GET',
  path: '/syncs/:id',
  summary: 'How a sync is doing',
  params: DatasetParams,
  responses: { 200: Sync },
  async handle({ params, db }) {
    const sync = (await findSync(db, params.id)) ?? notFound('sync', params.id);
    return ok(sync, { etag: contentEtag(sync) });
  },
});
