/** Every way a request can fail: slug → status and title. Closed: a new problem is a new line here. */
export const PROBLEMS = {
  'bad-request': [400, 'The request cannot be understood'],
  'malformed-json': [400, 'The body is not valid JSON'],
  'validation-failed': [400, 'The request is not valid'],
  unauthorized: [401, 'A valid token is needed'],
  forbidden: [403, 'The token does not allow this'],
  'not-found': [404, 'There is nothing here'],
  'not-mirrored': [404, 'The dataset has no mirror'],
  'not-available': [404, 'Kaggle does not offer this dataset'],
  'method-not-allowed': [405, 'The method is not offered here'],
  'not-acceptable': [406, 'No acceptable representation'],
  'request-timeout': [408, 'The request took too long to arrive'],
  conflict: [409, 'The request conflicts with the current state'],
  'idempotency-key-in-use': [409, 'The first request with this key is still running'],
  'precondition-failed': [412, 'It has changed since you read it'],
  'payload-too-large': [413, 'The body is too large'],
  'uri-too-long': [414, 'The address is too long'],
  'unsupported-media-type': [415, 'The body is of a type that is not accepted'],
  'range-not-satisfiable': [416, 'The range lies outside the file'],
  'table-failed': [422, 'The table could not be made'],
  'query-too-expensive': [422, 'The query takes too much'],
  'idempotency-key-reused': [422, 'The key belongs to another request'],
  'precondition-required': [428, 'If-Match is needed'],
  'rate-limited': [429, 'Too many requests'],
  'headers-too-large': [431, 'The header fields are too large'],
  'internal-error': [500, 'Something went wrong on our side'],
  'not-on-lambda': [501, 'Not available on AWS Lambda'],
  'not-ready': [503, 'The data is not here yet'],
  overloaded: [503, 'More is asked at once than can be answered'],
  'database-unavailable': [503, 'The database cannot be reached'],
  'identity-provider-unavailable': [503, 'The token cannot be checked just now'],
  'volume-unavailable': [503, 'The data volume cannot be read'],
  // What a sync can end with: kept as last_error and error, never a response's own.
  'kaggle-unauthorized': [401, 'Kaggle refuses the credentials'],
  'kaggle-forbidden': [403, 'Kaggle refuses the dataset'],
  'kaggle-gone': [404, 'Kaggle does not have it'],
  'kaggle-rate-limited': [429, 'Kaggle asks for fewer requests'],
  'kaggle-unavailable': [502, 'Kaggle could not be talked to'],
  'kaggle-untrusted': [502, 'Kaggle redirects to a host that is not allowed'],
  'kaggle-pending': [503, 'Kaggle has not built the archive yet'],
  'archive-damaged': [502, 'The archive is damaged'],
  'archive-refused': [502, 'The archive is not safe to unpack'],
  'volume-full': [507, 'The data volume is full'],
  'sync-failed': [500, 'The sync failed'],
  // What a conversion can end with: kept as a table's problem.
  'table-unreadable': [422, 'The file cannot be read as a table'],
  'table-too-large': [422, 'The file is too large for a table'],
  'no-space': [507, 'There is no room for the table'],
} as const satisfies Record<string, readonly [status: number, title: string]>;

export type ProblemSlug = keyof typeof PROBLEMS;

/** What can be wrong with a part of the input. Closed, like the problems. */
export const INPUT_CODES = [
  'required',
  'wrong-type',
  'unknown',
  'repeated',
  'malformed',
  'too-long',
  'too-short',
  'out-of-range',
  'not-one-of',
  'invalid',
  'bad-cursor',
] as const;
export type InputCode = (typeof INPUT_CODES)[number];

/** One thing wrong with the input: where (a JSON pointer into the body, a parameter or a header), what, and how to fix it. */
export type InputError = { code: InputCode; detail: string } & (
  | { pointer: string }
  | { parameter: string }
  | { header: string }
);

/** A request that cannot be answered as asked; thrown by handlers, answered as RFC 9457 problem details. */
export class Problem extends Error {
  readonly slug: ProblemSlug;
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly errors: readonly InputError[] | undefined;

  constructor(
    slug: ProblemSlug,
    detail: string,
    { headers = {}, errors }: { headers?: Record<string, string>; errors?: readonly InputError[] } = {},
  ) {
    super(detail);
    this.name = 'Problem';
    this.slug = slug;
    this.status = PROBLEMS[slug][0];
    this.headers = headers;
    this.errors = errors;
  }
}

/** Thrown when the thing a path names does not exist. */
export function notFound(what: string, id: string | number): never {
  throw new Problem('not-found', `There is no ${what} ${id}.`);
}

/** The body of RFC 9457, section 3. */
export function problemBody(problem: Problem, request: { path: string; id: string }) {
  return {
    type: `/problems/${problem.slug}`,
    title: PROBLEMS[problem.slug][1],
    status: problem.status,
    detail: problem.message,
    instance: request.path,
    request_id: request.id,
    ...(problem.errors && { errors: problem.errors }),
  };
}
