import type * as z from 'zod';
import { Problem } from './problems.ts';

const VERSION = 1;

/**
 * Where a page ends, as an opaque text for `cursor=`: base64url of JSON with a version, the order and the
 * last row's keys in it. `sort` names the order, and the filters if the keys depend on them.
 */
export function encodeCursor(sort: string, keys: readonly (string | number | boolean)[]): string {
  return Buffer.from(JSON.stringify([VERSION, sort, ...keys])).toString('base64url');
}

/**
 * The keys of a cursor that `encodeCursor` made for the same `sort`. Clients can make cursors up, so `keys` has
 * to admit nothing that the database would refuse.
 * @throws {Problem} validation-failed for a cursor of another order, and for any that was not made here
 */
export function parseCursor<Keys extends z.ZodType>(
  sort: string,
  text: string,
  keys: Keys,
  { parameter, member } = { parameter: 'cursor', member: 'next_cursor' },
): z.output<Keys> {
  const [version, order, ...values] = decode(text);
  const foreign = `is not a ${member} of this list`;
  if (version !== VERSION) return refuse(parameter, foreign);
  if (order !== sort) return refuse(parameter, 'belongs to another order or filter of this list');
  const parsed = keys.safeParse(values);
  return parsed.success ? parsed.data : refuse(parameter, foreign);
}

function decode(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

function refuse(parameter: string, reason: string): never {
  throw new Problem('validation-failed', `${parameter} ${reason}.`, {
    errors: [
      {
        parameter,
        code: 'bad-cursor',
        detail: `${reason}. Leave ${parameter} out for the first page`,
      },
    ],
  });
}
