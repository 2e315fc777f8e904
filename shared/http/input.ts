import * as z from 'zod';
import type { FunctionDefinition } from './define-function.ts';
import { inputErrors, type Locate, toPointer } from './input-errors.ts';
import { invalidInput, LISTED_OF_ITEM } from './invalid-input.ts';
import { type InputError, Problem } from './problems.ts';

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
  const wrong: Iterable<InputError>[] = [];
  const parse = (schema: z.ZodType | undefined, value: unknown, locate: Locate) => {
    if (!schema) return undefined;
    const parsed = schema.safeParse(value, { reportInput: true });
    if (parsed.success) return parsed.data;
    wrong.push(inputErrors(parsed.error.issues, locate));
    return undefined;
  };
  const params = definition.params?.safeParse(raw.params);
  if (params?.success === false) throw new Problem('not-found', `There is no resource at ${pathOf(url)}.`);
  const accepted = definition.query ?? (raw.query ? NO_QUERY : undefined);
  const query = parse(accepted, raw.query ?? {}, ([name = '']) => ({ parameter: name }));
  const body = parse(definition.body, raw.body, (path) => ({ pointer: toPointer(path) }));
  if (wrong.length > 0) throw invalidInput(each(wrong));
  return { params: params?.data, query, body };
}

/** A part of a body against its own schema; `at` is its place in the body. */
export function parsePart<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  at: readonly string[],
): { data: z.output<Schema> } | { problem: Problem } {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return { data: parsed.data };
  const errors = inputErrors(parsed.error.issues, (path) => ({ pointer: toPointer([...at, ...path]) }));
  return { problem: invalidInput(errors, LISTED_OF_ITEM) };
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

function* each<Item>(lists: Iterable<Iterable<Item>>): Generator<Item> {
  for (const list of lists) yield* list;
}
