import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import type { Logger } from '#shared/telemetry/logger.ts';
import { count } from '#shared/telemetry/measure.ts';
import { pathOf } from './input.ts';
import { methodOf } from './observe-requests.ts';
import { Problem, problemBody } from './problems.ts';
import { requestId } from './request-id.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

const REPORT_INTERVAL = 10_000;
const OVERLOADED = new Problem(
  'overloaded',
  'The instance has too many requests in progress. Retry shortly.',
);
const HEADERS = {
  ...SECURITY_HEADERS,
  'retry-after': '1',
  'content-type': 'application/problem+json; charset=utf-8',
};

interface SheddingOptions {
  /** Paths that are always served. */
  always: ReadonlySet<string>;
  /** Requests in work at once. */
  most: number;
  busy: () => number;
  logger: Pick<Logger, 'warn'>;
}

interface Timeouts {
  http?: ServerOptions;
  keepAliveTimeout?: number;
  requestTimeout?: number;
}

/**
 * Makes Node's server, which refuses what comes while `most` requests are in work: 503 with Retry-After, before there
 * is a request of Fastify's, as a refusal that costs as much as an answer would take from those that are served.
 */
export function createShedding({ always, most, busy, logger }: SheddingOptions) {
  const refusals = tellOfRefusals(most, logger);
  return {
    serverFactory(serve: RequestListener, { http = {}, keepAliveTimeout, requestTimeout }: Timeouts): Server {
      const admit: RequestListener = (request, response) => {
        if (busy() < most || always.has(pathOf(request.url ?? ''))) return serve(request, response);
        refusals.count();
        refuse(request, response);
      };
      // What is expected besides 100-continue may be ignored (RFC 9110, section 10.1.1); Node's own answer has no body.
      return createServer({ ...http, keepAliveTimeout, requestTimeout }, admit)
        .on('checkExpectation', admit)
        .once('close', refusals.report);
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
  count('requestDuration', (performance.now() - begun) / 1_000, {
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
    logger.warn({ refused, most }, 'requests are refused: more than MAX_CONCURRENT_REQUESTS are in progress');
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
