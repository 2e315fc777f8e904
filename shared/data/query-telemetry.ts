import { type Span, SpanKind, trace } from '@opentelemetry/api';
import type { Interceptor, Query, QueryContext } from 'slonik';
import { count } from '#shared/telemetry/measure.ts';
import { errorAttributes, failSpan, tracer } from '#shared/telemetry/spans.ts';

const NAME = 'kaggle_data.query';

interface Running {
  /** Null outside of a trace. */
  span: Span | null;
  summary: string;
  started: number;
}

/**
 * A span and a duration of each statement (OpenTelemetry semantic conventions, "Database client"), under the name of
 * its prepared query. Neither its text nor its values are told.
 */
export function queryTelemetry(): Interceptor {
  const finish = (context: QueryContext, error?: unknown) => {
    const running = context.sandbox[NAME] as Running | undefined;
    if (!running) return;
    delete context.sandbox[NAME];
    const { span, summary, started } = running;
    if (span && error !== undefined) failSpan(span, error);
    span?.end();
    count('queryDuration', (performance.now() - started) / 1_000, {
      'db.system.name': 'postgresql',
      'db.query.summary': summary,
      ...(error !== undefined && errorAttributes(error)),
    });
  };
  return {
    name: 'query-telemetry',
    beforeQueryExecution(context, query) {
      const summary = summarise(query);
      const attributes = { 'db.system.name': 'postgresql', 'db.query.summary': summary };
      const inTrace = trace.getActiveSpan() !== undefined;
      const span = inTrace ? tracer.startSpan(summary, { kind: SpanKind.CLIENT, attributes }) : null;
      context.sandbox[NAME] = { span, summary, started: performance.now() };
      return null;
    },
    afterQueryExecution(context) {
      finish(context);
      return null;
    },
    queryExecutionError(context, _query, error) {
      finish(context, error);
      return null;
    },
  };
}

/** One of few: names are written in this repository, and so are first words. */
function summarise({ name, sql }: Query & { name?: string }): string {
  return name ?? /[A-Za-z]+/.exec(sql)?.[0].toUpperCase() ?? 'SQL';
}
