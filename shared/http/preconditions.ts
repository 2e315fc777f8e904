import type { IncomingHttpHeaders } from 'node:http';
import { type EntityTags, matchesStrongly, matchesWeakly, parseEntityTags } from './entity-tags.ts';
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
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = headers;
  const { etag, 'last-modified': lastModified } = validators;
  if (ifMatch !== undefined) {
    if (etag !== undefined && !matchesStrongly(readIfMatch(ifMatch), etag))
      throw unmet({ ifMatch: '*', ifNoneMatch: null });
  } else if (isModifiedSince(headers['if-unmodified-since'], lastModified) === true)
    throw new Problem('precondition-failed', 'The file was modified after If-Unmodified-Since.');
  if (ifNoneMatch !== undefined) {
    // A field that is malformed matches nothing.
    const tags = parseEntityTags(ifNoneMatch) ?? [];
    return etag !== undefined && matchesWeakly(tags, etag) ? 'not-modified' : 'proceed';
  }
  return isModifiedSince(headers['if-modified-since'], lastModified) === false ? 'not-modified' : 'proceed';
}

/** Null when there is nothing to compare: no field, one that is no date, or no Last-Modified. */
function isModifiedSince(field: string | undefined, lastModified: string | undefined): boolean | null {
  if (field === undefined || lastModified === undefined) return null;
  const since = parseHttpDate(field);
  return since === null ? null : Number(parseHttpDate(lastModified)) > since;
}

/** @throws {Problem} validation-failed when it is malformed */
function readIfMatch(field: string): EntityTags {
  const tags = parseEntityTags(field);
  if (tags !== null) return tags;
  const detail = 'must be * or entity tags in double quotes, separated by commas';
  throw new Problem('validation-failed', `If-Match ${detail}.`, {
    errors: [{ header: 'If-Match', code: 'malformed', detail }],
  });
}

export interface WritePreconditions {
  ifMatch: EntityTags | null;
  ifNoneMatch: EntityTags | null;
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

/** Whether the current representation meets the preconditions of a write. */
export function isMet({ ifMatch, ifNoneMatch }: WritePreconditions, etag: string): boolean {
  if (ifMatch !== null && !matchesStrongly(ifMatch, etag)) return false;
  return ifNoneMatch === null || !matchesWeakly(ifNoneMatch, etag);
}

/** For a request whose preconditions the current representation does not meet. */
export function unmet({ ifMatch, ifNoneMatch }: WritePreconditions): Problem {
  const what =
    ifNoneMatch === null
      ? 'If-Match does not match'
      : ifMatch === null
        ? 'If-None-Match matches'
        : 'If-Match does not match, or If-None-Match matches,';
  const hint = 'Fetch the current representation and reapply your change.';
  return new Problem('precondition-failed', `${what} the current ETag. ${hint}`);
}
