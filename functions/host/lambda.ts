import awsLambdaFastify, { type PromiseHandler } from '@fastify/aws-lambda';
import { configOrExit, exitIfInvalid, loadConfig } from '#shared/config/load-config.ts';
import { ServerConfig } from '#shared/config/server-config.ts';
import type { FunctionDefinition } from '#shared/http/define-function.ts';
import type { GroupHeader } from '#shared/http/group.ts';
import { Problem } from '#shared/http/problems.ts';
import { createLogger } from '#shared/telemetry/logger.ts';
import { openTelemetry } from '#shared/telemetry/telemetry.ts';
import { type ApiGatewayEvent, normalize } from './lambda-events.ts';
import { streaming } from './lambda-stream.ts';
import { createRuntime } from './runtime.ts';

/**
 * One function as an AWS Lambda handler for API Gateway events of version 1 and 2, and function URLs.
 * Work is done at initialisation, so that no invocation pays for it.
 */
export async function lambdaHandler(header: GroupHeader, definition: FunctionDefinition) {
  const config = configOrExit(() => loadConfig(ServerConfig, process.env));
  const logger = createLogger({ level: config.LOG_LEVEL, name: definition.name });
  // Nothing can reach a Lambda to read metrics: they are pushed, or not made.
  const telemetry = await openTelemetry({ service: definition.name, prometheus: null, config, logger });
  const group = { ...header, functions: [onLambda(definition)] };
  const lambdaConfig = { ...config, DATABASE_POOL_SIZE: 1 };
  const { app } = await createRuntime([group], lambdaConfig, logger, { onLambda: true }).catch(exitIfInvalid);
  await Promise.all([app.ready(), telemetry.startMetrics()]);
  if (config.LAMBDA_STREAMING) return streaming(app, telemetry);
  const handle: PromiseHandler<ApiGatewayEvent> = awsLambdaFastify(app, {
    decorateRequest: false,
    enforceBase64: ({ headers }) => !isText(headers),
  });
  return (event: ApiGatewayEvent, context: Parameters<typeof handle>[1]) =>
    // What is not sent when the answer is given waits, frozen, for the next call.
    handle(normalize(event), context).finally(telemetry.flush);
}

/** What cannot run there says so to its callers. */
function onLambda(definition: FunctionDefinition): FunctionDefinition {
  const { notOnLambda } = definition;
  if (notOnLambda === undefined) return definition;
  return {
    ...definition,
    handle() {
      throw new Problem('not-on-lambda', notOnLambda);
    },
  };
}

/** What we wrote ourselves is text; what a file holds is bytes, whatever its type says. */
function isText(headers: Record<string, unknown>): boolean {
  return (
    /;\s*charset=utf-8$/.test(String(headers['content-type'] ?? '')) &&
    !headers['content-disposition'] &&
    !headers['content-encoding']
  );
}
