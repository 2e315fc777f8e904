import { findDelivery, retryDelivery as retry } from '#shared/data/delivery-view.ts';
import { defineFunction } from '#shared/http/define-function.ts';
import { notFound, Problem } from '#shared/http/problems.ts';
import { json } from '#shared/http/responses.ts';
import { DeliveryParams, deliveryItem } from '#shared/mirror/delivery-item.ts';

export const retryDelivery = defineFunction({
  name: 'retry-delivery',
  method: 'POST',
  path: '/deliveries/:id/retry',
  summary: 'Send a change again that is pending or dead',
  access: 'write',
  params: DeliveryParams,
  responses: { 202: json(deliveryItem.schema) },
  async handle({ params: { id }, db }) {
    await retry(db, id);
    const delivery = (await findDelivery(db, id)) ?? notFound('delivery', id);
    if (delivery.state === 'delivered')
      throw new Problem(
        'conflict',
        'The change was delivered. Only pending and dead deliveries are sent again.',
      );
    return { status: 202, headers: {}, body: deliveryItem.write(delivery) };
  },
});
