import { type Context, context, type Span, SpanKind, trace } from '@opentelemetry/api';
import type { FastifyRequest } from 'fastify';
import { remoteContext, tracer } from '#shared/telemetry/spans.ts';
import { pathOf } from './input.ts';
import { perRequest } from './per-request.ts';

const contexts = perRequest<Context>();

/** Begins the span of a request, within the trace that its header fields speak of. */
export function startSpan(
  request: FastifyRequest,
  kind: { 'http.request.method': string; 'url.scheme': string },
  { secretPaths = false }: { secretPaths?: boolean } = {},
): Span {
  const { url: route } = request.routeOptions;
  const method = kind['http.request.method'];
  const attributes = {
    ...kind,
    ...(route !== undefined && { 'http.route': route }),
    ...(!secretPaths && { 'url.path': pathOf(request.url) }),
  };
  const name = route === undefined ? method : `${method} ${route}`;
  const options = { kind: SpanKind.SERVER, attributes };
  const span = tracer.startSpan(name, options, remoteContext(request.headers));
  contexts.set(request, trace.setSpan(context.active(), span));
  return span;
}

/** Runs what follows in the span of a request, if it has one. */
export function inSpanOf(request: FastifyRequest, run: () => void): void {
  const around = contexts.get(request);
  if (around) context.with(around, run);
  else run();
}
