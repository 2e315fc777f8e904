import {
  type Context,
  context,
  isSpanContextValid,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { count, observe } from '#shared/telemetry/measure.ts';
import { remoteContext, tracer } from '#shared/telemetry/spans.ts';
import { pathOf } from './input.ts';
import type { nothingThere } from './nothing-there.ts';
import type { Problem } from './problems.ts';

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT']);
const contexts = new WeakMap<FastifyRequest, Context>();
const problems = new WeakMap<FastifyRequest, Problem>();

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
    const { url: route } = request.routeOptions;
    const base = kindOf(request);
    const method = base['http.request.method'];
    const attributes = { ...base, ...(route !== undefined && { 'http.route': route }) };
    const span = tracer.startSpan(
      route === undefined ? method : `${method} ${route}`,
      {
        kind: SpanKind.SERVER,
        attributes: {
          ...attributes,
          ...(!groupOf(request)?.secretPaths && { 'url.path': pathOf(request.url) }),
        },
      },
      remoteContext(request.headers),
    );
    const around = trace.setSpan(context.active(), span);
    contexts.set(request, around);
    active.add(base, 1);
    // On Lambda nothing takes the bytes from the response, so that its writableFinished stays false.
    let sent = false;
    reply.raw.once('finish', () => {
      sent = true;
    });
    reply.raw.once('close', () => {
      active.add(base, -1);
      finish(request, reply, { span, attributes, sent });
    });
    context.with(around, done);
  });
  // The body arrives in the context of its socket: what follows it has to be taken back.
  app.addHook('preHandler', (request, _reply, done) => {
    context.with(contexts.get(request) ?? context.active(), done);
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
  span: Span;
  attributes: { 'http.request.method': string; 'http.route'?: string };
  /** Whether all of the answer went out. */
  sent: boolean;
}

function finish(request: FastifyRequest, reply: FastifyReply, { span, attributes, sent }: Observation): void {
  const { statusCode, elapsedTime } = reply;
  const status = sent ? statusCode : undefined;
  const failed = status !== undefined && status >= 500;
  const error = failed
    ? (problems.get(request)?.slug ?? String(status))
    : status === undefined
      ? 'aborted'
      : undefined;
  const outcome = {
    ...(status !== undefined && { 'http.response.status_code': status }),
    ...(error !== undefined && { 'error.type': error }),
  };
  count('requestDuration', elapsedTime / 1_000, { ...attributes, ...outcome });
  span.setAttributes({ ...outcome, 'kaggle_data.request_id': request.id });
  if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
  const trail = span.spanContext();
  const line = {
    request_id: request.id,
    ...(isSpanContextValid(trail) && { trace_id: trail.traceId }),
    method: attributes['http.request.method'],
    route: attributes['http.route'],
    status,
    ms: Math.round(elapsedTime * 10) / 10,
  };
  request.log.info(line, status === undefined ? 'request aborted by its client' : 'request');
}
