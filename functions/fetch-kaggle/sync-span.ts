import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Claim } from '#shared/data/sync-queue.ts';
import { inSpan, remoteContext } from '#shared/telemetry/spans.ts';
import type { Outcome } from './run-report.ts';

/**
 * Runs a sync in a span: in the trace of the request that asked for it, with a link to this run; in this run's own
 * when the schedule asked.
 */
export function inSyncSpan(claim: Claim, act: () => Promise<Outcome>): Promise<Outcome> {
  const { id, ref, attempts, traceparent } = claim;
  const attributes = {
    'kaggle_data.sync.id': id,
    'kaggle_data.mirror.ref': ref,
    'kaggle_data.sync.attempt': attempts,
  };
  const run = trace.getSpanContext(context.active());
  const asked = traceparent === null ? null : remoteContext({ traceparent });
  const links = asked && run ? [{ context: run }] : [];
  return inSpan(
    'sync',
    { kind: SpanKind.CONSUMER, attributes, links },
    async (span) => {
      const outcome = await act();
      span.setAttribute('kaggle_data.outcome', outcome.kind);
      if (outcome.kind === 'failed') span.setStatus({ code: SpanStatusCode.ERROR });
      return outcome;
    },
    asked ?? context.active(),
  );
}
