import { createHmac, hash } from 'node:crypto';
import type { DeliveryConfig } from '#shared/config/delivery-fields.ts';
import type { DueDelivery } from '#shared/data/deliveries.ts';
import { presentChange } from '#shared/mirror/change-item.ts';

/** A receiver of changes. */
export interface DeliveryTarget {
  url: string;
  /** What the catalogue knows of it: an address may hold a secret. */
  digest: string;
  host: string;
  /** The change as this receiver gets it. */
  request(delivery: DueDelivery): { headers: Record<string, string>; body: string };
}

const TYPE = 'com.kaggle-data-api.';
/** Without PUBLIC_URL nobody knows how this service is called. */
const SOURCE = '/kaggle-data-api';

export function deliveryTargets(config: DeliveryConfig): DeliveryTarget[] {
  const { K_SINK: sink, K_CE_OVERRIDES: extensions = {}, WEBHOOK_URLS: webhooks } = config;
  const source = config.PUBLIC_URL ?? SOURCE;
  const secrets = config.WEBHOOK_SECRET ?? [];
  return [
    ...(sink === undefined ? [] : [targetOf(sink, (delivery) => cloudEvent(delivery, source, extensions))]),
    ...webhooks.map((url) => targetOf(url, (delivery) => signed(cloudEvent(delivery, source, {}), secrets))),
  ];
}

function targetOf(url: string, write: (delivery: DueDelivery) => Message): DeliveryTarget {
  return {
    url,
    digest: hash('sha256', url),
    host: new URL(url).host,
    request(delivery) {
      const { headers, body } = write(delivery);
      return { headers, body };
    },
  };
}

interface Message {
  id: string;
  headers: Record<string, string>;
  body: string;
}

/** CloudEvents 1.0, HTTP protocol binding, structured content mode. */
function cloudEvent(delivery: DueDelivery, source: string, extensions: Record<string, string>): Message {
  const { id, type, time, subject, data } = presentChange(delivery);
  const event = {
    specversion: '1.0',
    id,
    source,
    type: `${TYPE}${type}`,
    subject,
    time,
    datacontenttype: 'application/json',
    ...extensions,
    data,
  };
  const headers = { 'content-type': 'application/cloudevents+json; charset=utf-8' };
  return { id, headers, body: JSON.stringify(event) };
}

/** Standard Webhooks 1.0: a signature by each secret, so that a receiver may know either. */
function signed({ id, headers, body }: Message, secrets: readonly Buffer[]): Message {
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const signatures = secrets.map(
    (secret) => `v1,${createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')}`,
  );
  return {
    id,
    headers: {
      ...headers,
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': signatures.join(' '),
    },
    body,
  };
}
