import type * as z from 'zod';
import type { InputCode, InputError } from './problems.ts';

type Located = { parameter: string } | { pointer: string };

/** Where in the request a part of the checked value is. */
export type Locate = (path: string[]) => Located;

/** What an issue says, one by one: a body of 1 MiB may have a hundred thousand unknown keys. */
export function* inputErrors(issues: readonly z.core.$ZodIssue[], locate: Locate): Generator<InputError> {
  for (const issue of issues) {
    const path = issue.path.map(String);
    if (issue.code === 'unrecognized_keys')
      for (const key of issue.keys)
        yield { ...locate([...path, key]), code: 'unknown', detail: 'is unknown' };
    else if ('parameter' in locate(path) && Array.isArray(issue.input))
      yield { ...locate(path), code: 'repeated', detail: 'must be given only once' };
    else yield { ...locate(path), code: codeOf(issue), detail: detailOf(issue) };
  }
}

/** RFC 6901. */
export function toPointer(path: readonly string[]): string {
  return path.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

const KINDS: Record<string, string> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'an array',
  object: 'an object',
  record: 'an object',
};

/** In our words where a schema leaves it to Zod's. */
function detailOf(issue: z.core.$ZodIssue): string {
  if (!/^(Invalid|Too (big|small))/.test(issue.message)) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return 'is required';
      return issue.expected in KINDS ? `must be ${KINDS[issue.expected]}` : 'has the wrong type';
    case 'invalid_value':
      return `must be one of ${issue.values.join(', ')}`;
    case 'invalid_key':
      return issue.issues[0] ? detailOf(issue.issues[0]) : 'has an invalid name';
    case 'too_big':
      return bound(issue.origin, 'at most', issue.maximum);
    case 'too_small':
      return bound(issue.origin, 'at least', issue.minimum);
    default:
      return 'is malformed';
  }
}

const COUNTED: Record<string, string> = { string: 'character', array: 'item' };

function bound(origin: string, most: 'at most' | 'at least', limit: number | bigint): string {
  const what = COUNTED[origin];
  return what ? `must have ${most} ${limit} ${what}${limit === 1 ? '' : 's'}` : `must be ${most} ${limit}`;
}

function codeOf(issue: z.core.$ZodIssue): InputCode {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'required' : 'wrong-type';
    case 'too_big':
      return issue.origin === 'string' ? 'too-long' : 'out-of-range';
    case 'too_small':
      return issue.origin === 'string' ? 'too-short' : 'out-of-range';
    case 'invalid_value':
      return 'not-one-of';
    case 'invalid_format':
      return 'malformed';
    case 'custom':
      return (issue.params?.code as InputCode | undefined) ?? 'invalid';
    default:
      return 'invalid';
  }
}
