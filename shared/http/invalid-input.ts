import { type InputError, Problem } from './problems.ts';

/** How much of what is wrong a problem lists: a small body may have very much wrong in it. */
interface Limit {
  errors: number;
  /** UTF-16 code units of places and details together. */
  length: number;
}

/** Of a whole request. */
const LISTED: Limit = { errors: 100, length: 16_384 };
/** Of one item of a batch, of which there may be a thousand. */
export const LISTED_OF_ITEM: Limit = { errors: 10, length: 1_024 };
const LONGEST_PLACE = 200;

/** validation-failed with the first errors, and the number of all. `unlisted` were left out of `errors` before. */
export function invalidInput(errors: Iterable<InputError>, limit: Limit = LISTED, unlisted = 0): Problem {
  const listed: InputError[] = [];
  let left = limit.length;
  let count = unlisted;
  for (const error of errors) {
    count++;
    if (left <= 0 || listed.length === limit.errors) continue;
    const short = shorten(error);
    left -= placeOf(short).length + short.detail.length;
    if (left >= 0 || listed.length === 0) listed.push(short);
  }
  return new Problem('validation-failed', summary(listed, count), {
    errors: listed,
    unlisted: count - listed.length,
  });
}

/** Ends with … where the place is longer than anybody reads. */
function shorten(error: InputError): InputError {
  if (placeOf(error).length <= LONGEST_PLACE) return error;
  const cut = (place: string) => `${place.slice(0, LONGEST_PLACE).toWellFormed()}…`;
  if ('pointer' in error) return { ...error, pointer: cut(error.pointer) };
  return 'parameter' in error ? { ...error, parameter: cut(error.parameter) } : error;
}

function placeOf(error: InputError): string {
  if ('pointer' in error) return error.pointer;
  return 'parameter' in error ? error.parameter : error.header;
}

function summary(listed: readonly InputError[], count: number): string {
  const [first] = listed;
  if (!first) return '';
  const place = placeOf(first);
  const where = 'pointer' in first ? place.slice(1) || 'the body' : place;
  if (count === 1) return `${where} ${first.detail}.`;
  const rest = count - listed.length;
  const more = rest === 0 ? '' : ` errors lists ${listed.length}, and ${rest} more are not listed.`;
  return `${count} fields are invalid. First: ${where} ${first.detail}.${more}`;
}
