import * as z from 'zod';
import type { FunctionDefinition } from './define-function.ts';
import { type InputCode, type InputError, Problem } from './problems.ts';

/** The untrusted parts of a request; `query` is null when its address has none, `body` undefined when it came without. */
interface RawInput {
  params: unknown;
  query: Readonly<Record<string, unknown>> | null;
  body: unknown;
}

const NO_QUERY = z.strictObject({});

/**
 * Checks the parts a function declares against its schemas.
 * @throws {Problem} not-found for a path that does not fit, validation-failed with all other errors at once
 */
export function parseInput(
  definition: Pick<FunctionDefinition, 'params' | 'query' | 'body'>,
  raw: RawInput,
  url: string,
) {
  const errors: InputError[] = [];
  const parse = (schema: z.ZodType | undefined, value: unknown, toError: (path: string[]) => Located) => {
    if (!schema) return undefined;
    const parsed = schema.safeParse(value, { reportInput: true });
    if (parsed.success) return parsed.data;
    // One by one: a body of 1 MiB has more unknown keys than a call may have arguments.
    for (const issue of parsed.error.issues) for (const error of describe(issue, toError)) errors.push(error);
    return undefined;
  };
  const params = definition.params?.safeParse(raw.params);
  if (params?.success === false) throw new Problem('not-found', `There is no resource at ${pathOf(url)}.`);
  const accepted = definition.query ?? (raw.query ? NO_QUERY : undefined);
  const query = parse(accepted, raw.query ?? {}, ([name = '']) => ({ parameter: name }));
  const body = parse(definition.body, raw.body, (path) => ({ pointer: toPointer(path) }));
  if (errors.length > 0) throw invalidInput(errors);
  return { params: params?.data, query, body };
}

/** A part of a body against its own schema; `at` is its place in the body. */
export function parsePart<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  at: readonly string[],
): { data: z.output<Schema> } | { errors: InputError[] } {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return { data: parsed.data };
  const toError = (path: string[]) => ({ pointer: toPointer([...at, ...path]) });
  return { errors: parsed.error.issues.flatMap((issue) => describe(issue, toError)) };
}

export function invalidInput(errors: readonly InputError[]): Problem {
  return new Problem('validation-failed', summary(errors), { errors });
}

export function pathOf(url: string): string {
  const end = url.indexOf('?');
  return end === -1 ? url : url.slice(0, end);
}

/** What stands behind the `?`; null without one. */
export function searchOf(url: string): string | null {
  const start = url.indexOf('?');
  return start === -1 ? null : (url.slice(start + 1).split('#', 1)[0] ?? '');
}

type Located = { parameter: string } | { pointer: string };

function describe(issue: z.core.$ZodIssue, toError: (path: string[]) => Located): InputError[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      ...toError([...path, key]),
      code: 'unknown',
      detail: 'is unknown',
    }));
  if ('parameter' in toError(path) && Array.isArray(issue.input))
    return [{ ...toError(path), code: 'repeated', detail: 'must be given only once' }];
  return [{ ...toError(path), code: codeOf(issue), detail: detailOf(issue) }];
}

/** In our words where a schema leaves it to Zod's. */
function detailOf(issue: z.core.$ZodIssue): string {
  if (!/^(Invalid|Too (big|small))/.test(issue.message)) return issue.message;
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.join(', ')}`;
  if (issue.code === 'too_big') return `must have at most ${issue.maximum} characters`;
  return 'is invalid';
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

/** RFC 6901. */
function toPointer(path: string[]): string {
  return path.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function summary(errors: readonly InputError[]): string {
  const [first] = errors;
  if (!first) return '';
  const where =
    'pointer' in first
      ? first.pointer.slice(1) || 'the body'
      : 'parameter' in first
        ? first.parameter
        : first.header;
  return errors.length === 1
    ? `${where} ${first.detail}.`
    : `${errors.length} fields are invalid. First: ${where} ${first.detail}.`;
}
