import { parseEntityTags } from './entity-tags.ts';
import { Problem } from './problems.ts';

/**
 * Reads If-Match (RFC 9110, section 13.1.1); null when it is absent.
 * @throws {Problem} validation-failed when it is malformed, precondition-required when it is needed and absent
 */
export function readIfMatch(field: string | undefined, required: boolean): readonly string[] | '*' | null {
  if (field === undefined) {
    if (!required) return null;
    throw new Problem('precondition-required', 'Send If-Match with the ETag that you read, or * for any.');
  }
  const tags = parseEntityTags(field);
  if (tags !== null) return tags;
  const detail = 'must be * or entity tags in double quotes, by comma';
  throw new Problem('validation-failed', `If-Match ${detail}.`, {
    errors: [{ header: 'If-Match', code: 'malformed', detail }],
  });
}

/** Thrown when a write names another version than the current one. */
export function changedMeanwhile(): never {
  throw new Problem(
    'precondition-failed',
    'No tag of If-Match is the current one: read it again, and repeat your change on that.',
  );
}
