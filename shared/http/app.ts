import {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
  LogController,
} from 'fastify';
import type { Logger } from '#shared/telemetry/logger.ts';
import { checkHost, type HostOptions, toOriginForm } from './authority.ts';
import { acceptBodies } from './body.ts';
import { trustOf } from './client-address.ts';
import { clientErrors, refuseTunnels } from './client-errors.ts';
import { allowOrigins } from './cors.ts';
import type { Dependencies } from './dependencies.ts';
import { type ClassifyError, toProblem } from './failures.ts';
import { type Group, routesOf } from './group.ts';
import { type GuardOptions, guard } from './guard.ts';
import { createHandler } from './handler.ts';
import { nothingThere } from './nothing-there.ts';
import { noteProblem, observeRequests } from './observe-requests.ts';
import { problemJson } from './problem-json.ts';
import type { ProblemSlug } from './problems.ts';
import { requestId } from './request-id.ts';
import { respondWithProblem } from './respond.ts';
import { toFastifyPath } from './route-pattern.ts';
import { SECURITY_HEADERS } from './security-headers.ts';
import { createShedding } from './shed-load.ts';
import { closeAsTheyFallIdle, timeouts } from './transport.ts';
import { countWork } from './work.ts';

export interface AppOptions {
  groups: readonly Group[];
  /** At least what the groups need. */
  dependencies: Partial<Dependencies>;
  logger: Logger;
  classifyError: ClassifyError;
  access: GuardOptions;
  requireIfMatch: boolean;
  /** How the outside names this service; absent: by what name a request asks. */
  publicUrl?: string | undefined;
  /** Requests in work at once; the others are refused. */
  maxConcurrent: number;
  /** Milliseconds in which a request has to arrive whole. */
  requestTimeout: number;
  corsOrigins: readonly string[];
  hosts: HostOptions;
  /** Proxies whose X-Forwarded-For is believed: how many, or their addresses. */
  trustProxy: number | string[] | false;
}

const BODY_LIMIT = 1024 * 1024;

/** 5xx of a service that works: what is not here yet, comes again later, or is answered elsewhere. */
const EXPECTED: ReadonlySet<ProblemSlug> = new Set(['not-ready', 'overloaded', 'not-on-lambda']);

/** Zod checks input: Fastify's compilers of JSON Schema are not even loaded, which a start from zero would pay for. */
const NO_SCHEMAS = { compilersFactory: { buildValidator: unused, buildSerializer: unused } };

function unused(): never {
  throw new Error('routes have no JSON Schema');
}

/** The groups behind one Fastify instance that listens nowhere yet. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { groups, dependencies, logger, classifyError, requireIfMatch } = options;
  const routes = routesOf(groups);
  const nothing = nothingThere(routes);
  const always = new Set(routes.filter(({ definition }) => definition.unlimited).map(({ path }) => path));
  const work = countWork();
  const misdirected = checkHost(options.hosts, nothing);
  const { serverFactory } = createShedding({ always, most: options.maxConcurrent, busy: work.busy, logger });
  const app = fastify({
    serverFactory,
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    // Few requests log anything but their own line, which names them.
    childLoggerFactory: (parent) => parent,
    genReqId: requestId,
    rewriteUrl: toOriginForm,
    bodyLimit: BODY_LIMIT,
    // Queries are read by the dialect, from the address as it is.
    routerOptions: { maxParamLength: 4096, querystringParser: () => ({}) },
    ...timeouts(options.requestTimeout),
    trustProxy: trustOf(options.trustProxy),
    clientErrorHandler: clientErrors(logger),
    schemaController: NO_SCHEMAS,
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => fail(error, request, reply as FastifyReply),
  }) as unknown as FastifyInstance;
  app.server.on('connect', refuseTunnels(logger));
  acceptBodies(app, problemJson);
  work.count(app);
  observeRequests(app, nothing);

  function fail(error: unknown, request: FastifyRequest, reply: FastifyReply) {
    const problem = toProblem(error, classifyError);
    noteProblem(request, problem);
    if (problem.status >= 500 && !EXPECTED.has(problem.slug))
      request.log.error({ err: error, request_id: request.id }, problem.slug);
    reply.headers(SECURITY_HEADERS).header('x-request-id', request.id);
    return respondWithProblem(request, reply, problem, nothing.dialectOf(request), dependencies);
  }
  app.setErrorHandler(fail);
  app.setNotFoundHandler((request, reply) => fail(nothing.problemOf(request), request, reply));
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(SECURITY_HEADERS).header('x-request-id', request.id);
    done(misdirected(request));
  });
  await allowOrigins(app, options.corsOrigins);
  guard(app, options.access, nothing);
  const draining = new AbortController();
  app.addHook('preClose', (done) => {
    draining.abort();
    closeAsTheyFallIdle(app.server);
    done();
  });

  const makeHandler = createHandler({
    dependencies,
    requireIfMatch,
    publicUrl: options.publicUrl ?? null,
    wait: work.wait,
    drain: draining.signal,
  });
  for (const { name, dialect } of groups)
    app.register(async (scope) => {
      if (dialect !== problemJson) acceptBodies(scope, dialect);
      for (const served of routes.filter(({ group }) => group.name === name))
        scope.route({
          method: served.method === 'GET' ? ['GET', 'HEAD'] : served.method,
          url: toFastifyPath(served.path),
          exposeHeadRoute: false,
          config: { served },
          handler: makeHandler(served),
        });
    });
  return app;
}
