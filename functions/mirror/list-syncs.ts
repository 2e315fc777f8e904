import * as z from 'zod';
import { listSyncs as readSyncs, SYNC_STATES } from '#shared/data/syncs.ts';
import { listFunction } from '#shared/http/list-function.ts';
import { DatasetId, DatasetParams } from '#shared/mirror/dataset.ts';
import { syncItem } from '#shared/mirror/sync-item.ts';

const Keys = z.tuple([DatasetId]);

export const listSyncs = listFunction({
  name: 'list-syncs',
  path: '/syncs',
  summary: 'Requested and scheduled syncs, newest first',
  filters: { dataset_id: DatasetParams.shape.id.optional(), state: z.enum(SYNC_STATES).optional() },
  key: 'syncs',
  item: syncItem,
  order: ({ dataset_id = null, state = null }) => ({ name: `-id ${dataset_id} ${state}`, keys: Keys }),
  async read({ query: { dataset_id: datasetId = null, state = null }, after, limit, db }) {
    return {
      rows: await readSyncs(db, { datasetId, state, before: after?.[0] ?? null, limit }),
      keysOf: (row) => [row.id],
    };
  },
});
