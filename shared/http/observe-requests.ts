import { isSpanContextValid, type Span, SpanStatusCode } from '@opentelemetry/api';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { count, observe } from '#shared/telemetry/measure.ts';
import { isTraced } from '#shared/telemetry/spans.ts';
import type { nothingThere } from './nothing-there.ts';
import { perRequest } from './per-request.ts';
import type { Problem } from './problems.ts';
import { inSpanOf, startSpan } from './request-span.ts';

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT']);
const problems = perRequest<Problem>();

/** Has the failure of a request told by its problem, and not only by its status. */
export function noteProblem(request: FastifyRequest, problem: Problem): void {
  problems.set(request, problem);
}

/**
 * A span, a log line and the metrics of each request (OpenTelemetry semantic conventions, "HTTP server"), up to the
 * last byte of its answer or the moment its client went away. Neither query nor fields nor bodies nor secret paths are
 * in any of them.
 */
export function observeRequests(
  app: FastifyInstance,
  { groupOf }: Pick<ReturnType<typeof nothingThere>, 'groupOf'>,
): void {
  const active = countActive();
  app.addHook('onClose', active.stop);
  app.addHook('onRequest', (request, reply, done) => {
    const kind = kindOf(request);
    const span = isTraced(request.headers) ? startSpan(request, kind, groupOf(request)) : null;
    active.add(kind, 1);
    // On Lambda nothing takes the bytes from the response, so that its writableFinished stays false.
    let sent = false;
    // Each comes once by itself; `once` would make another function of each.
    reply.raw.on('finish', () => {
      sent = true;
    });
    reply.raw.on('close', () => {
      active.add(kind, -1);
      finish(request, reply, { span, kind, sent });
    });
    inSpanOf(request, done);
  });
  // The body arrives in the context of its socket: what follows it has to be taken back.
  app.addHook('preHandler', (request, _reply, done) => {
    inSpanOf(request, done);
  });
}

type Kind = ReturnType<typeof kindOf>;

/** Counted here and told when metrics are collected: to record each change would cost each request twice. */
function countActive() {
  const kinds = new Map<string, { kind: Kind; requests: number }>();
  const stop = observe('activeRequests', (result) => {
    for (const { kind, requests } of kinds.values()) result.observe(requests, kind);
  });
  return {
    add(kind: Kind, requests: 1 | -1) {
      const key = `${kind['url.scheme']} ${kind['http.request.method']}`;
      const counted = kinds.get(key) ?? { kind, requests: 0 };
      counted.requests += requests;
      kinds.set(key, counted);
    },
    async stop() {
      stop();
    },
  };
}

/** What metrics and spans know of any request: few values, whatever clients send. */
function kindOf({ method, protocol }: FastifyRequest) {
  return {
    'http.request.method': methodOf(method),
    // A proxy's X-Forwarded-Proto could name anything.
    'url.scheme': protocol === 'https' ? 'https' : 'http',
  };
}

export function methodOf(method = ''): string {
  return METHODS.has(method) ? method : '_OTHER';
}

interface Observation {
  span: Span | null;
  kind: Kind;
  /** Whether all of the answer went out. */
  sent: boolean;
}

function finish(request: FastifyRequest, reply: FastifyReply, { span, kind, sent }: Observation): void {
  const { statusCode, elapsedTime } = reply;
  const status = sent ? statusCode : undefined;
  const failed = status !== undefined && status >= 500;
  const error = failed
    ? (problems.get(request)?.slug ?? String(status))
    : status === undefined
      ? 'aborted'
      : undefined;
  const method = kind['http.request.method'];
  const { url: route } = request.routeOptions;
  const outcome = { 'http.response.status_code': status, 'error.type': error };
  count('requestDuration', elapsedTime / 1_000, { ...kind, 'http.route': route, ...outcome });
  const trail = span?.spanContext();
  if (span) {
    span.setAttributes({ ...outcome, 'kaggle_data.request_id': request.id });
    if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  }
  const line = {
    request_id: request.id,
    ...(trail && isSpanContextValid(trail) && { trace_id: trail.traceId }),
    method,
    route,
    status,
    ms: Math.round(elapsedTime * 10) / 10,
  };
  request.log.info(line, status === undefined ? 'request aborted by its client' : 'request');
}
