import * as z from 'zod';

/** `postgres://user:password@host:port/database?…` as libpq writes it. */
export const DatabaseUrl = z
  .string({ error: 'is required: postgres://user:password@host:5432/database' })
  .refine((url) => /^postgres(ql)?:$/.test(protocolOf(url)), {
    error: 'is not a PostgreSQL address: postgres://user:password@host:5432/database',
  });

export const LogLevel = z
  .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    error: 'must be one of fatal, error, warn, info, debug, trace, silent',
  })
  .default('info');

export const Port = integer(0, 65_535);

/** An integer variable within bounds, both included. */
export function integer(min: number, max: number) {
  const error = `must be an integer from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,16}$/, { error })
    .transform(Number)
    .refine((value) => value >= min && value <= max, { error });
}

/** `true` or `false`, spelled out. */
export const Flag = z
  .enum(['true', 'false'], { error: 'must be true or false' })
  .transform((value) => value === 'true');

/** `on` or `off`. */
export const Switch = z
  .enum(['on', 'off'], { error: 'must be on or off' })
  .transform((value) => value === 'on');

function protocolOf(url: string): string {
  return URL.canParse(url) ? new URL(url).protocol : '';
}
