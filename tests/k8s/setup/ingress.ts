import { Agent, request } from 'undici';
import { toolsIn } from './tools.ts';

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
  // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect
  json(): any;
}

export interface Ask {
  method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  headers?: Record<string, string>;
  body?: object;
}

/** A Knative Service as the outside sees it: through Kourier, by its Host. */
export function ingressTo(namespace: string, service: string) {
  const origin = process.env.INGRESS_URL ?? '';
  const agent = new Agent({ connections: 200, headersTimeout: 120_000 });
  let host: Promise<string> | undefined;
  const findHost = async (): Promise<string> => {
    const { status } = await toolsIn(namespace).get('ksvc', service);
    return new URL(status.url).host;
  };
  return async (path: string, { method = 'GET', headers = {}, body }: Ask = {}): Promise<Answer> => {
    host ??= findHost();
    const response = await request(origin + path, {
      dispatcher: agent,
      method,
      headers: { host: await host, ...(body && { 'content-type': 'application/json' }), ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
    const bytes = Buffer.from(await response.body.arrayBuffer());
    return {
      status: response.statusCode,
      headers: response.headers,
      body: bytes,
      json: () => JSON.parse(bytes.toString()),
    };
  };
}
