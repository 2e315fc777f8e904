import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';

/** Spans of requests that this process sends, by undici's diagnostics channels. Queries sign addresses: they stay out. */
export function traceOutgoing(): void {
  new UndiciInstrumentation({
    startSpanHook: ({ origin, path }) => {
      const { pathname } = new URL(path, origin);
      return { 'url.full': `${origin}${pathname}`, 'url.query': '' };
    },
  });
}
