import type { IncomingHttpHeaders } from 'node:http';
import { matchesStrongly, matchesWeakly, parseEntityTags } from './entity-tags.ts';
import { parseHttpDate } from './http-date.ts';
import { Problem } from './problems.ts';

interface Validators {
  etag?: string | undefined;
  'last-modified'?: string | undefined;
}

/**
 * Whether a read goes on, in the order of RFC 9110, section 13.2.2. What the representation has no validator for is
 * ignored.
 * @throws {Problem} precondition-failed; validation-failed for a malformed If-Match
 */
export function checkPreconditions(
  headers: IncomingHttpHeaders,
  validators: Validators,
): 'proceed' | 'not-modified' {
  const { etag } = validators;
  const modified =
    validators['last-modified'] === undefined ? null : parseHttpDate(validators['last-modified']);
  const since = (field: string | undefined) =>
    field === undefined || modified === null ? null : parseHttpDate(field);
  const ifMatch = headers['if-match'];
  if (ifMatch !== undefined) {
    if (etag !== undefined && !matchesStrongly(readIfMatch(ifMatch), etag)) throw noMatch();
  } else {
    const unmodifiedSince = since(headers['if-unmodified-since']);
    if (unmodifiedSince !== null && modified !== null && modified > unmodifiedSince)
      throw new Problem(
        'precondition-failed',
        'The file was modified after If-Unmodified-Since. Fetch the current file.',
      );
  }
  const ifNoneMatch = headers['if-none-match'];
  if (ifNoneMatch !== undefined)
    return etag !== undefined && matchesWeakly(ifNoneMatch, etag) ? 'not-modified' : 'proceed';
  const modifiedSince = since(headers['if-modified-since']);
  return modifiedSince !== null && modified !== null && modified <= modifiedSince
    ? 'not-modified'
    : 'proceed';
}

/** @throws {Problem} validation-failed when it is malformed */
function readIfMatch(field: string): readonly string[] | '*' {
  const tags = parseEntityTags(field);
  if (tags !== null) return tags;
  const detail = 'must be * or entity tags in double quotes, separated by commas';
  throw new Problem('validation-failed', `If-Match ${detail}.`, {
    errors: [{ header: 'If-Match', code: 'malformed', detail }],
  });
}

export interface WritePreconditions {
  ifMatch: readonly string[] | '*' | null;
  ifNoneMatch: readonly string[] | '*' | null;
}

/**
 * What a write asks of the current representation, for the statement that writes to compare with; null is no condition.
 * An If-None-Match that cannot be read matches nothing.
 * @throws {Problem} validation-failed for a malformed If-Match, precondition-required when it is needed and absent
 */
export function readWritePreconditions(headers: IncomingHttpHeaders, required: boolean): WritePreconditions {
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = headers;
  if (ifMatch === undefined && required)
    throw new Problem(
      'precondition-required',
      'If-Match is required. Send the ETag that you read, or * for any.',
    );
  return {
    ifMatch: ifMatch === undefined ? null : readIfMatch(ifMatch),
    ifNoneMatch: ifNoneMatch === undefined ? null : parseEntityTags(ifNoneMatch),
  };
}

/** For a write whose conditions the current representation does not meet. */
export function noMatch(): Problem {
  return new Problem(
    'precondition-failed',
    'If-Match does not match the current ETag. Fetch the current representation and reapply your change.',
  );
}
