import * as z from 'zod';
import { DELIVERY_STATES, listDeliveries as readDeliveries } from '#shared/data/delivery-view.ts';
import { listFunction } from '#shared/http/list-function.ts';
import { deliveryItem } from '#shared/mirror/delivery-item.ts';

const Keys = z.tuple([z.int().min(1)]);

export const listDeliveries = listFunction({
  name: 'list-deliveries',
  path: '/deliveries',
  summary: 'Changes on their way to sink and webhooks, newest first',
  access: 'write',
  filters: { state: z.enum(DELIVERY_STATES).optional() },
  key: 'deliveries',
  item: deliveryItem,
  order: ({ state = null }) => ({ name: `-id ${state}`, keys: Keys }),
  async read({ query: { state = null }, after, limit, db }) {
    return {
      rows: await readDeliveries(db, { state, before: after?.[0] ?? null, limit }),
      keysOf: (row) => [row.id],
    };
  },
});
