import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import awsLambdaFastify from '@fastify/aws-lambda';
import type { Context } from 'aws-lambda';
import type { FastifyInstance } from 'fastify';
import type { Telemetry } from '#shared/telemetry/telemetry.ts';
import { type ApiGatewayEvent, normalize } from './lambda-events.ts';

/** What Lambda's Node.js runtime puts into the global scope. */
declare const awslambda: {
  streamifyResponse(
    handler: (event: ApiGatewayEvent, out: Writable, context: Context) => Promise<void>,
  ): unknown;
  HttpResponseStream: { from(out: Writable, meta: unknown): Writable };
};

/** A handler whose answer flows while it is made: no limit of 6 MB, for function URLs with RESPONSE_STREAM. */
export function streaming(app: FastifyInstance, { flush }: Pick<Telemetry, 'flush'>): unknown {
  const handle = awsLambdaFastify(app, {
    decorateRequest: false,
    payloadAsStream: true,
  });
  return awslambda.streamifyResponse(async (event, out, context) => {
    const { meta, stream } = await handle(normalize(event), context);
    await pipeline(stream, awslambda.HttpResponseStream.from(out, meta)).finally(flush);
  });
}
