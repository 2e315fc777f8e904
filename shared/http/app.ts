import {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
  LogController,
} from 'fastify';
import type { Logger } from '#shared/telemetry/logger.ts';
import { clientErrors } from './client-errors.ts';
import { allowOrigins } from './cors.ts';
import type { FunctionDefinition, Services } from './define-function.ts';
import { type ClassifyError, toProblem } from './failures.ts';
import { callerOf, type GuardOptions, guard } from './guard.ts';
import { readIfMatch } from './if-match.ts';
import { parseInput, pathOf } from './input.ts';
import { acceptJsonOnly, refuseMergePatch } from './json-body.ts';
import { noteProblem, observeRequests } from './observe-requests.ts';
import { Problem } from './problems.ts';
import { requestId } from './request-id.ts';
import { respond, respondWithProblem } from './respond.ts';
import { nameRest, toFastifyPath, toRegExp } from './route-pattern.ts';
import { SECURITY_HEADERS } from './security-headers.ts';
import { createShedding } from './shed-load.ts';
import { closeAsTheyFallIdle, namesHost, timeouts, toTrust } from './transport.ts';

export interface AppOptions {
  functions: readonly FunctionDefinition[];
  services: Services;
  logger: Logger;
  classifyError: ClassifyError;
  access: GuardOptions;
  requireIfMatch: boolean;
  /** Requests in work at once; the others are refused. */
  maxConcurrent: number;
  /** Milliseconds in which a request has to arrive whole. */
  requestTimeout: number;
  corsOrigins: readonly string[];
  /** Proxies whose X-Forwarded-For is believed: how many, or their addresses. */
  trustProxy: number | string[] | false;
}

const BODY_LIMIT = 1024 * 1024;

/** Zod checks input: Fastify's compilers of JSON Schema are not even loaded, which a start from zero would pay for. */
const NO_SCHEMAS = { compilersFactory: { buildValidator: unused, buildSerializer: unused } };

function unused(): never {
  throw new Error('routes have no JSON Schema');
}

/** The functions behind one Fastify instance that listens nowhere yet. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { functions, services, logger, classifyError, requireIfMatch } = options;
  const shedding = createShedding({ functions, most: options.maxConcurrent, logger });
  const app = fastify({
    serverFactory: shedding.serverFactory,
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestId,
    bodyLimit: BODY_LIMIT,
    routerOptions: { maxParamLength: 4096 },
    ...timeouts(options.requestTimeout),
    trustProxy: toTrust(options.trustProxy),
    clientErrorHandler: clientErrors(logger),
    schemaController: NO_SCHEMAS,
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => fail(error, request, reply as FastifyReply),
  }) as unknown as FastifyInstance;
  acceptJsonOnly(app);
  shedding.count(app);
  observeRequests(app);

  function fail(error: unknown, request: FastifyRequest, reply: FastifyReply) {
    const problem = toProblem(error, classifyError);
    noteProblem(request, problem);
    if (problem.status >= 500) request.log.error({ err: error, request_id: request.id }, problem.slug);
    reply.headers(SECURITY_HEADERS).header('x-request-id', request.id);
    return respondWithProblem(request, reply, problem);
  }
  app.setErrorHandler(fail);
  app.setNotFoundHandler((request, reply) => fail(nothingThere(functions, request), request, reply));
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(SECURITY_HEADERS).header('x-request-id', request.id);
    done(namesHost(request) ? undefined : new Problem('bad-request', 'Send a Host header field.'));
  });
  await allowOrigins(app, options.corsOrigins);
  guard(app, options.access);
  app.addHook('preClose', (done) => {
    closeAsTheyFallIdle(app.server);
    done();
  });

  for (const definition of functions) {
    app.route({
      method: definition.method === 'GET' ? ['GET', 'HEAD'] : definition.method,
      url: toFastifyPath(definition.path),
      exposeHeadRoute: false,
      config: { definition },
      async handler(request, reply) {
        const params = nameRest(definition.path, request.params as Record<string, unknown>);
        if (!definition.mergePatch) refuseMergePatch(request.headers['content-type']);
        const input = parseInput(
          definition,
          { params, query: request.query, body: request.body },
          request.url,
        );
        const result = await definition.handle({
          ...services,
          ...input,
          path: pathOf(request.url),
          ifMatch: definition.conditional ? readIfMatch(request.headers['if-match'], requireIfMatch) : null,
          caller: callerOf(request),
          headers: request.headers,
          log: request.log,
        } as never);
        return respond(request, reply, result);
      },
    });
  }
  return app;
}

/** A known path asked with another method is 405 and says which it takes (RFC 9110, section 15.5.6). */
function nothingThere(functions: readonly FunctionDefinition[], { method, url }: FastifyRequest): Problem {
  const path = pathOf(url);
  const allowed = functions
    .filter((definition) => toRegExp(definition.path).test(path))
    .flatMap((definition) => (definition.method === 'GET' ? ['GET', 'HEAD'] : [definition.method]));
  if (allowed.length === 0) return new Problem('not-found', `There is nothing at ${path}.`);
  const allow = [...new Set(allowed)].join(', ');
  return new Problem('method-not-allowed', `${path} takes ${allow}, not ${method}.`, { headers: { allow } });
}
