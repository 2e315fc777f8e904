import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from '#shared/telemetry/logger.ts';
import { record } from '#shared/telemetry/measure.ts';
import type { FunctionDefinition } from './define-function.ts';
import { pathOf } from './input.ts';
import { methodOf } from './observe-requests.ts';
import { Problem, problemBody } from './problems.ts';
import { requestId } from './request-id.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

const REPORT_INTERVAL = 10_000;
const OVERLOADED = new Problem(
  'overloaded',
  'More is asked at once than can be answered; try again shortly.',
);
const HEADERS = {
  ...SECURITY_HEADERS,
  'retry-after': '1',
  'content-type': 'application/problem+json; charset=utf-8',
};

interface SheddingOptions {
  functions: readonly FunctionDefinition[];
  /** Requests in work at once. */
  most: number;
  logger: Pick<Logger, 'warn'>;
}

interface Timeouts {
  http?: ServerOptions;
  keepAliveTimeout?: number;
  requestTimeout?: number;
}

/**
 * Refuses what comes while `most` requests are in work: 503 with Retry-After, before there is a request of Fastify's,
 * as a refusal that costs as much as an answer would take from those that are served. A request is in work until its
 * answer begins: slow downloads keep nobody out. What is `unlimited` (health, readiness) is always served.
 */
export function createShedding({ functions, most, logger }: SheddingOptions) {
  const places = new WeakMap<FastifyRequest, () => void>();
  const always = new Set(functions.filter(({ unlimited }) => unlimited).map(({ path }) => path));
  const refusals = tellOfRefusals(most, logger);
  let busy = 0;
  return {
    /** Node's server, which lets through to Fastify what is not refused. */
    serverFactory(serve: RequestListener, { http = {}, keepAliveTimeout, requestTimeout }: Timeouts): Server {
      return createServer({ ...http, keepAliveTimeout, requestTimeout }, (request, response) => {
        if (busy < most || always.has(pathOf(request.url ?? ''))) return serve(request, response);
        refusals.count();
        refuse(request, response);
      });
    },
    /** Counts the requests in work; before all other hooks. */
    count(app: FastifyInstance): void {
      app.addHook('onRequest', (request, reply, done) => {
        const { definition } = request.routeOptions.config as { definition?: FunctionDefinition };
        if (definition?.unlimited) return done();
        busy += 1;
        const leave = () => {
          if (places.delete(request)) busy -= 1;
        };
        places.set(request, leave);
        reply.raw.once('close', leave);
        done();
      });
      app.addHook('onSend', (request, _reply, payload, done) => {
        places.get(request)?.();
        done(null, payload);
      });
      app.addHook('onClose', (_app, done) => {
        refusals.report();
        done();
      });
    },
  };
}

function refuse(request: IncomingMessage, response: ServerResponse): void {
  const begun = performance.now();
  const id = requestId(request);
  const text = JSON.stringify(problemBody(OVERLOADED, { path: pathOf(request.url ?? ''), id }));
  response.writeHead(OVERLOADED.status, {
    ...HEADERS,
    'x-request-id': id,
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
  // No route: to look for it would cost more than all else here.
  record('requestDuration', (performance.now() - begun) / 1_000, {
    'http.request.method': methodOf(request.method),
    'url.scheme': 'http',
    'http.response.status_code': OVERLOADED.status,
    'error.type': OVERLOADED.slug,
  });
}

/** One line at the first refusal, then one every ten seconds as long as there are more, and the rest at the end. */
function tellOfRefusals(most: number, logger: Pick<Logger, 'warn'>) {
  let refused = 0;
  let pause: NodeJS.Timeout | undefined;
  const report = () => {
    clearTimeout(pause);
    pause = undefined;
    if (refused === 0) return;
    logger.warn({ refused, most }, 'requests are refused: more are in work than MAX_CONCURRENT_REQUESTS');
    refused = 0;
    pause = setTimeout(report, REPORT_INTERVAL).unref();
  };
  return {
    count() {
      refused += 1;
      if (pause === undefined) report();
    },
    report,
  };
}
