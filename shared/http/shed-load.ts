import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { record } from '#shared/telemetry/measure.ts';
import type { FunctionDefinition } from './define-function.ts';
import { pathOf } from './input.ts';
import { kindOf } from './observe-requests.ts';
import { Problem, problemBody } from './problems.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

const RETRY_AFTER = '1';
const REPORT_INTERVAL = 10_000;
const OVERLOADED = new Problem(
  'overloaded',
  'More is asked at once than can be answered; try again shortly.',
);

/**
 * Refuses what comes while `most` requests are in work: 503 with Retry-After, on the bare response, as a refusal
 * that costs as much as an answer would take from those that are served. A request is in work until its answer
 * begins: slow downloads keep nobody out. What is `unlimited` (health, readiness) is always served.
 */
export function shedLoad(app: FastifyInstance, most: number): void {
  const places = new WeakMap<FastifyRequest, () => void>();
  let busy = 0;
  const refusals = tellOfRefusals(app, most);
  app.addHook('onRequest', (request, reply, done) => {
    const { definition } = request.routeOptions.config as { definition?: FunctionDefinition };
    if (definition?.unlimited) return done();
    if (busy >= most) {
      refusals.count();
      return refuse(request, reply);
    }
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
}

/** One line at the first refusal, then one every ten seconds as long as there are more, and the rest at the end. */
function tellOfRefusals(app: FastifyInstance, most: number) {
  let refused = 0;
  let pause: NodeJS.Timeout | undefined;
  const report = () => {
    clearTimeout(pause);
    pause = undefined;
    if (refused === 0) return;
    app.log.warn({ refused, most }, 'requests are refused: more are in work than MAX_CONCURRENT_REQUESTS');
    refused = 0;
    pause = setTimeout(report, REPORT_INTERVAL).unref();
  };
  app.addHook('onClose', (_app, done) => {
    report();
    done();
  });
  return {
    count() {
      refused += 1;
      if (pause === undefined) report();
    },
  };
}

function refuse(request: FastifyRequest, reply: FastifyReply): void {
  const text = JSON.stringify(problemBody(OVERLOADED, { path: pathOf(request.url), id: request.id }));
  record('requestDuration', reply.elapsedTime / 1_000, {
    ...kindOf(request),
    ...(request.routeOptions.url !== undefined && { 'http.route': request.routeOptions.url }),
    'http.response.status_code': OVERLOADED.status,
    'error.type': OVERLOADED.slug,
  });
  reply.hijack();
  reply.raw.writeHead(OVERLOADED.status, {
    ...SECURITY_HEADERS,
    'x-request-id': request.id,
    'retry-after': RETRY_AFTER,
    'content-type': 'application/problem+json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  });
  reply.raw.end(text);
}
