import * as z from 'zod';

/** Text that PostgreSQL can hold: no NUL, no lone surrogate. Lengths count UTF-16 code units. */
export function text(max: number) {
  return z
    .string()
    .max(max, { error: `must have at most ${max} characters` })
    .refine((value) => value.isWellFormed() && !value.includes('\0'), {
      error: 'must be well-formed Unicode without U+0000',
    });
}

/** A whole number as a path or query spells it: decimal digits, no sign, no leading zero. */
export function decimal(min: number, max: number) {
  const error = `must be a whole number from ${min} to ${max}`;
  return z
    .string({ error })
    .regex(/^(0|[1-9]\d{0,9})$/, { error })
    .transform(Number)
    .refine((value) => value >= min && value <= max, { error, params: { code: 'out-of-range' } })
    .meta({ spells: { type: 'integer', minimum: min, maximum: max } });
}

/** A switch as a query spells it. */
export const yesOrNo = z
  .enum(['true', 'false'], { error: 'must be true or false' })
  .transform((value) => value === 'true');

/** An RFC 3339 time in UTC with microseconds, as this API writes it. */
export const timestamp = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
  .refine(isDate);

function isDate(value: string): boolean {
  const time = Date.parse(value);
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 19) === value.slice(0, 19);
}
