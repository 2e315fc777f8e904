import * as z from 'zod';
import { requestSync } from '#shared/data/syncs.ts';
import { defineFunction } from '#shared/http/define-function.ts';
import { notFound } from '#shared/http/problems.ts';
import { json, location } from '#shared/http/responses.ts';
import { DatasetParams } from '#shared/mirror/dataset.ts';
import { mirroredDataset } from '#shared/mirror/find-version.ts';
import { syncItem } from '#shared/mirror/sync-item.ts';

const Wish = z
  .strictObject({
    accept_replacement: z
      .boolean({ error: 'must be true or false' })
      .default(false)
      .describe(
        'Mirror the dataset that Kaggle has under this name now, in place of the one mirrored before',
      ),
  })
  .optional();

export const createSync = defineFunction({
  name: 'create-sync',
  method: 'POST',
  path: '/datasets/:id/syncs',
  summary: 'Start a sync, or return the one that is queued or running',
  access: 'write',
  params: DatasetParams,
  body: Wish,
  responses: { 202: json(syncItem.schema, { headers: [location] }) },
  async handle({ params, body, db }) {
    const { id, mirror_ref } = await mirroredDataset(db, params.id);
    const acceptReplacement = body?.accept_replacement ?? false;
    const wish = { ref: mirror_ref, datasetId: id, acceptReplacement };
    const sync = (await requestSync(db, wish)) ?? notFound('dataset', id);
    return { status: 202, headers: { location: `/syncs/${sync.id}` }, body: syncItem.write(sync) };
  },
});
