import { request as httpRequest } from 'node:http';
import { PassThrough, type Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { APIGatewayProxyEvent, APIGatewayProxyEventV2, Context } from 'aws-lambda';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { vi } from 'vitest';
import { eventV1, eventV2, type HttpRequest } from './events.ts';

export interface HttpAnswer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

export type Handler = (
  event: APIGatewayProxyEvent | APIGatewayProxyEventV2,
  context: Context,
) => Promise<{ statusCode: number; headers: Record<string, string>; body: string; isBase64Encoded: boolean }>;

const NOT_COMPARED = new Set(['date', 'connection', 'keep-alive', 'transfer-encoding']);
const CONTEXT = {} as Context;

export function overSocket(
  address: string,
  { method, url, headers, body }: HttpRequest,
): Promise<HttpAnswer> {
  const { hostname, port } = new URL(address);
  return new Promise((resolve, reject) => {
    // `path` as it is: URL would tidy it up.
    const request = httpRequest(
      { hostname, port, method, path: url, headers, agent: false },
      async (response) => {
        resolve(answer(response.statusCode ?? 0, response.headers, await buffer(response)));
      },
    );
    request.on('error', reject).end(body);
  });
}

export async function byInject(
  app: FastifyInstance,
  { method, url, headers, body }: HttpRequest,
): Promise<HttpAnswer> {
  const options = { method, url, headers, payload: body } as InjectOptions;
  const response = await app.inject(options);
  return answer(response.statusCode, response.headers, response.rawPayload);
}

export async function byLambda(handler: Handler, version: 1 | 2, request: HttpRequest): Promise<HttpAnswer> {
  const event = version === 1 ? eventV1(request) : eventV2(request);
  const { statusCode, headers, body, isBase64Encoded } = await handler(event, CONTEXT);
  return answer(statusCode, headers, Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'));
}

type StreamingHandler = (event: unknown, out: Writable, context: Context) => Promise<void>;
type Prelude = { statusCode: number; headers: Record<string, string> };

/** The part of Lambda's Node.js runtime that streams: it takes the prelude, then bytes until the end. */
export function provideStreamingRuntime(): void {
  vi.stubGlobal('awslambda', {
    streamifyResponse: (handler: StreamingHandler) => handler,
    HttpResponseStream: { from: (out: Writable, prelude: Prelude) => Object.assign(out, { prelude }) },
  });
}

export async function byStreamingLambda(
  handler: StreamingHandler,
  request: HttpRequest,
): Promise<HttpAnswer> {
  const out = new PassThrough() as PassThrough & { prelude?: Prelude };
  const [body] = await Promise.all([buffer(out), handler(eventV2(request), out, CONTEXT)]);
  return answer(out.prelude?.statusCode ?? 0, out.prelude?.headers ?? {}, body);
}

function answer(status: number, headers: object, body: Buffer): HttpAnswer {
  const kept = Object.entries(headers).filter(
    ([name, value]) => !NOT_COMPARED.has(name) && value !== undefined,
  );
  return { status, headers: Object.fromEntries(kept.map(([name, value]) => [name, String(value)])), body };
}
