import {
  type Attributes,
  type Context,
  context,
  defaultTextMapGetter,
  ROOT_CONTEXT,
  type Span,
  type SpanOptions,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';

const propagator = new W3CTraceContextPropagator();

/** Its spans are nothing until tracing is started (`openTelemetry`). */
export const tracer = trace.getTracer('kaggle-data-api');

let tracing = false;

/** From now on spans are real. */
export function noteTracing(): void {
  tracing = true;
}

/** Whether a request with these header fields is part of a trace, ours or its client's. */
export function isTraced(headers: Readonly<Record<string, unknown>>): boolean {
  return tracing || headers.traceparent !== undefined;
}

/** The trace that header fields speak of (W3C Trace Context), whether tracing is on here or not. */
export function remoteContext(headers: Readonly<Record<string, string | string[] | undefined>>): Context {
  return propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
}

/** The `traceparent` of what runs now, to be kept with work that is done later; null outside of a trace. */
export function currentTraceparent(): string | null {
  const span = trace.getSpanContext(context.active());
  if (span === undefined) return null;
  const flags = span.traceFlags & TraceFlags.SAMPLED ? '01' : '00';
  return `00-${span.traceId}-${span.spanId}-${flags}`;
}

/** Runs `act` in a span that fails with it; of an error its class is kept, never its message. */
export async function inSpan<Result>(
  name: string,
  options: SpanOptions,
  act: (span: Span) => Promise<Result>,
  parent: Context = context.active(),
): Promise<Result> {
  return tracer.startActiveSpan(name, options, parent, async (span) => {
    try {
      return await act(span);
    } catch (error) {
      failSpan(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}

/** Messages may quote what a client or a server sent, so that only the class of an error is told. */
export function failSpan(span: Span, error: unknown): void {
  span.setAttributes(errorAttributes(error));
  span.setStatus({ code: SpanStatusCode.ERROR });
}

export function errorAttributes(error: unknown): Attributes {
  const { code, name } = error instanceof Error ? (error as Error & { code?: unknown }) : { name: 'Error' };
  return { 'error.type': typeof code === 'string' && /^\w{1,40}$/.test(code) ? code : name };
}
