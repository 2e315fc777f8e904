import { type Logger, pino } from 'pino';

export type { Logger } from 'pino';

/** One JSON object per line on standard output; `err` carries type, code, message, stack and causes. */
export function createLogger(options: { level: string; name: string }): Logger {
  return pino({
    level: options.level,
    base: { service: options.name },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: describeError },
  });
}

/** Nothing else of an error: PostgreSQL's quote rows, and Slonik's carry the values of the statement. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  const { name, code, message, stack, cause } = error as Error & { code?: unknown };
  return { type: name, code, message, stack, ...(cause !== undefined && { cause: describeError(cause) }) };
}
