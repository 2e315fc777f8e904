import * as z from 'zod';
import { listSyncs as readSyncs, SYNC_STATES, Sync } from '#shared/data/syncs.ts';
import { contentEtag } from '#shared/http/content-etag.ts';
import { parseCursor } from '#shared/http/cursor.ts';
import { DatasetId, DatasetParams } from '#shared/http/dataset.ts';
import { defineFunction } from '#shared/http/define-function.ts';
import { page, pageQuery } from '#shared/http/page.ts';

const Keys = z.tuple([DatasetId]);

export const listSyncs = defineFunction({
  name: 'list-syncs',
  method: 'GET',
  path: '/syncs',
  summary: 'Syncs asked for and scheduled, newest first',
  query: z.strictObject({
    ...pageQuery,
    dataset_id: DatasetParams.shape.id.optional(),
    state: z.enum(SYNC_STATES).optional(),
  }),
  responses: { 200: z.object({ syncs: z.array(Sync), next_cursor: z.string().nullable() }) },
  async handle({ query, path, db }) {
    const { limit, cursor, state = null, dataset_id: datasetId = null } = query;
    const sort = `-id ${datasetId} ${state}`;
    const before = cursor === undefined ? null : parseCursor(sort, cursor, Keys)[0];
    const rows = await readSyncs(db, { datasetId, state, before, limit: limit + 1 });
    return page({
      path,
      query,
      rows,
      name: 'syncs',
      present: (row) => row,
      sort,
      keysOf: (row) => [row.id],
      versionOf: contentEtag,
    });
  },
});
