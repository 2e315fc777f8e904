import { getNodeAutoInstrumentations } from '@opentelemetry/auto-instrumentations-node';
import type { Instrumentation } from '@opentelemetry/instrumentation';

/**
 * Those that work in a bundle: requests by undici's diagnostics channels, and the runtime's own metrics. All others
 * patch modules while they are loaded. OTEL_NODE_ENABLED_INSTRUMENTATIONS has the last word.
 */
export function autoInstrumentations(): Instrumentation[] {
  process.env.OTEL_NODE_ENABLED_INSTRUMENTATIONS ||= 'undici,runtime-node';
  return getNodeAutoInstrumentations({
    '@opentelemetry/instrumentation-undici': {
      // Queries sign addresses: they stay out.
      startSpanHook: ({ origin, path }) => {
        const { pathname } = new URL(path, origin);
        return { 'url.full': `${origin}${pathname}`, 'url.query': '' };
      },
    },
  });
}
