import * as z from 'zod';
import { httpAddress } from './address-fields.ts';
import { itemsOf } from './fields.ts';

const SECRET = /^whsec_([A-Za-z0-9+/]{32,88}={0,2})$/;

/** Where changes are delivered. */
export const deliveryFields = {
  /** Address that the job sends every change to as a CloudEvent. A SinkBinding of Knative Eventing sets it. */
  K_SINK: z.string().refine(isAddress, { error: 'must be an http or https address' }).optional(),
  /** JSON with extension attributes of the CloudEvents for K_SINK. A SinkBinding of Knative Eventing sets it. */
  K_CE_OVERRIDES: z.string().transform(extensionsOf).optional(),
  /** Comma-separated addresses of webhooks that the job sends every change to as a signed CloudEvent. Requires WEBHOOK_SECRET. */
  WEBHOOK_URLS: z
    .string()
    .transform(itemsOf)
    .refine((urls) => urls.every(isAddress), { error: 'must be comma-separated http or https addresses' })
    .refine((urls) => urls.length <= 20, { error: 'must have at most 20 addresses' })
    .default([]),
  /** Secret of the signatures of webhooks (Standard Webhooks): `whsec_` and 24 to 64 random bytes in base64. Set two, comma-separated, while receivers change from one to the other. */
  WEBHOOK_SECRET: z
    .string()
    .transform(itemsOf)
    .refine((secrets) => secrets.length <= 2 && secrets.every((secret) => SECRET.test(secret)), {
      error: 'must be whsec_ and 24 to 64 bytes in base64, two at most, comma-separated',
    })
    .transform((secrets) => secrets.map((secret) => Buffer.from(secret.slice('whsec_'.length), 'base64')))
    .optional(),
  /** Address of the API as clients reach it. It is the `source` of CloudEvents. */
  PUBLIC_URL: httpAddress()
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
};

export type DeliveryConfig = z.output<z.ZodObject<typeof deliveryFields>>;

/** Query and credentials may be how a receiver knows us. */
function isAddress(text: string): boolean {
  return /^https?:\/\/\S+$/.test(text) && URL.canParse(text);
}

const Overrides = z.object({
  extensions: z.record(z.string().regex(/^[a-z0-9]{1,20}$/), z.string()).default({}),
});

function extensionsOf(text: string, context: z.RefinementCtx): Record<string, string> {
  try {
    return Overrides.parse(JSON.parse(text)).extensions;
  } catch {
    context.addIssue({ code: 'custom', message: 'must be JSON like {"extensions": {"name": "value"}}' });
    return z.NEVER;
  }
}
