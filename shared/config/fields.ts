import * as z from 'zod';

/** `postgres://user:password@host:port/database?…` as libpq writes it. It often comes from a file, which ends in a newline. */
export const DatabaseUrl = z
  .string({ error: 'is required: postgres://user:password@host:5432/database' })
  .trim()
  .refine((url) => /^postgres(ql)?:\/\/\S*$/.test(url) && URL.canParse(url), {
    error: 'is not a PostgreSQL address: postgres://user:password@host:5432/database',
  });

export const LogLevel = z
  .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    error: 'must be one of fatal, error, warn, info, debug, trace, silent',
  })
  .default('info');

export const Port = integer(0, 65_535);

/** An integer variable within bounds, both included; a leading zero could mean octal. */
export function integer(min: number, max: number) {
  const error = `must be an integer from ${min} to ${max}`;
  return z
    .string()
    .regex(/^(0|[1-9]\d{0,15})$/, { error })
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

/** A path or a name on one line, without blanks at its ends. */
export const Text = z
  .string()
  .regex(/^[^\s\p{Cc}]([^\p{Cc}]*[^\s\p{Cc}])?$/u, { error: 'must be one line without spaces at its ends' });

/** Where a volume is mounted. */
export function absolutePath(missing?: string) {
  return z
    .string(missing === undefined ? {} : { error: missing })
    .startsWith('/', { error: 'must be an absolute path' })
    .pipe(Text);
}

/** The items of a comma-separated list. */
export function itemsOf(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
