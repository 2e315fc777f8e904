import { SpanKind, trace } from '@opentelemetry/api';
import { count } from '#shared/telemetry/measure.ts';
import { errorAttributes, failSpan, tracer } from '#shared/telemetry/spans.ts';
import type { WatchQuery } from './driver.ts';

/**
 * A span and a duration of each statement (OpenTelemetry semantic conventions, "Database client"), under the name of
 * its prepared query. Neither its text nor its values are told.
 */
export const observeQuery: WatchQuery = (text, name) => {
  const summary = summarise(text, name);
  const attributes = { 'db.system.name': 'postgresql', 'db.query.summary': summary };
  const inTrace = trace.getActiveSpan() !== undefined;
  const span = inTrace ? tracer.startSpan(summary, { kind: SpanKind.CLIENT, attributes }) : null;
  const started = performance.now();
  return (error) => {
    if (span && error) failSpan(span, error);
    span?.end();
    const told = error ? { ...attributes, ...errorAttributes(error) } : attributes;
    count('queryDuration', (performance.now() - started) / 1_000, told);
  };
};

/** One of few: names are written in this repository, and so are first words. */
function summarise(text: string, name: string | undefined): string {
  return name ?? /[A-Za-z]+/.exec(text)?.[0].toUpperCase() ?? 'SQL';
}
