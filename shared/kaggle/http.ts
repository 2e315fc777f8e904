import { type Dispatcher, EnvHttpProxyAgent, request } from 'undici';
import { count } from '#shared/telemetry/measure.ts';
import { KaggleError } from './kaggle-error.ts';

export type Response = Dispatcher.ResponseData;

export interface Http {
  /** Redirects are not followed. @throws {KaggleError} unavailable when no answer comes */
  send(address: URL | string, options: SendOptions): Promise<Response>;
  close(): Promise<void>;
}

interface SendOptions {
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
  signal: AbortSignal;
}

const CONNECT_TIMEOUT = 10_000;
const HEADERS_TIMEOUT = 60_000;
const USER_AGENT = 'kaggle-data-api/1';

/** A deadline for each phase: connecting, the first byte, and the pause between two bytes; never for the whole. */
export function createHttp({ idleTimeout }: { idleTimeout: number }): Http {
  const dispatcher = new EnvHttpProxyAgent({
    connect: { timeout: CONNECT_TIMEOUT },
    headersTimeout: Math.min(HEADERS_TIMEOUT, idleTimeout),
    bodyTimeout: idleTimeout,
    // HTTP_PROXY and HTTPS_PROXY hold for the world outside.
    noProxy: [process.env.no_proxy ?? process.env.NO_PROXY, 'localhost', '127.0.0.1']
      .filter(Boolean)
      .join(','),
  });
  return {
    async send(address, { headers, ...options }) {
      try {
        const response = await request(address, {
          ...options,
          dispatcher,
          headers: { 'user-agent': USER_AGENT, ...headers },
        });
        count('kaggleResponses', 1, { 'http.response.status_code': response.statusCode });
        // Whoever reads it meets its errors; one that is thrown away unread must not end the process.
        response.body.on('error', () => {});
        return response;
      } catch (error) {
        throw toKaggleError(error, options.signal);
      }
    },
    close: () => dispatcher.close(),
  };
}

/** Network trouble is worth repeating; our own abort goes on as it is. */
export function toKaggleError(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof KaggleError) return error;
  const { code, message } = error as Error & { code?: string };
  return new KaggleError('unavailable', `the connection failed: ${code ?? message}`, { cause: error });
}
