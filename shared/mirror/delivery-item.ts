import * as z from 'zod';
import { DELIVERY_STATES, type DeliveryRow } from '#shared/data/delivery-view.ts';
import { represent } from '#shared/http/representation.ts';
import { decimal } from '#shared/http/text.ts';
import { writeCursor } from './change-item.ts';

const MAX_ID = 9_999_999_999;

export const DeliveryParams = z.object({ id: decimal(1, MAX_ID) });

const Delivery = z
  .object({
    id: z.int(),
    change_id: z.string(),
    target: z.string().describe('Host of the receiver'),
    state: z.enum(DELIVERY_STATES),
    attempts: z.int(),
    next_at: z.string().nullable().describe('Null while an earlier change of the same subject is pending'),
    last_status: z.int().nullable(),
    last_error: z.string().nullable(),
  })
  .meta({ id: 'Delivery' });

export const deliveryItem = represent<DeliveryRow>(Delivery, ({ change_id, ...row }) => {
  const { id, ...rest } = row;
  return { id, change_id: writeCursor(change_id), ...rest };
});
