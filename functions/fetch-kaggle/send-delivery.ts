import { EnvHttpProxyAgent, request } from 'undici';
import type { DueDelivery } from '#shared/data/deliveries.ts';
import type { DeliveryTarget } from './delivery-target.ts';

const CONNECT_TIMEOUT = 5_000;
/** For the whole: a receiver that works longer than that answers first. */
const TIMEOUT = 15_000;
const MAX_BODY = 64 * 1024;
/** Requests to one receiver at once. */
export const AT_ONCE = 16;

export interface Answer {
  delivered: boolean;
  status: number | null;
  /** Never with the address in it. */
  error: string | null;
}

export interface Sender {
  send(target: DeliveryTarget, delivery: DueDelivery, signal: AbortSignal): Promise<Answer>;
  close(): Promise<void>;
}

/** Posts to receivers. Only 2xx counts, and redirects are not followed. */
export function createSender(timeout = TIMEOUT): Sender {
  const dispatcher = new EnvHttpProxyAgent({
    connections: AT_ONCE,
    connect: { timeout: CONNECT_TIMEOUT },
    noProxy: [process.env.no_proxy ?? process.env.NO_PROXY, 'localhost', '127.0.0.1']
      .filter(Boolean)
      .join(','),
  });
  return {
    async send(target, delivery, signal) {
      const { headers, body } = target.request(delivery);
      const late = AbortSignal.timeout(timeout);
      try {
        const response = await request(target.url, {
          method: 'POST',
          headers: { 'user-agent': 'kaggle-data-api/1', ...headers },
          body,
          dispatcher,
          signal: AbortSignal.any([signal, late]),
        });
        const { statusCode: status } = response;
        response.body.on('error', () => {});
        await response.body.dump({ limit: MAX_BODY });
        const delivered = status >= 200 && status < 300;
        return { delivered, status, error: delivered ? null : `The receiver responded with ${status}.` };
      } catch (error) {
        const { code, name } = error as Error & { code?: string };
        const reason = late.aborted ? `no response within ${timeout / 1_000} seconds` : (code ?? name);
        return { delivered: false, status: null, error: `The receiver was not reached: ${reason}.` };
      }
    },
    close: () => dispatcher.destroy(),
  };
}
