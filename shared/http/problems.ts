/** Every way a request can fail: slug → status and title. Closed: a new problem is a new line here. */
export const PROBLEMS = {
  'bad-request': [400, 'Malformed or ambiguous request'],
  'malformed-json': [400, 'Malformed JSON body'],
  'query-refused': [400, 'Query with forbidden parts'],
  'query-invalid': [400, 'Mistake in the query'],
  'validation-failed': [400, 'Invalid parameters or body'],
  unauthorized: [401, 'Missing or invalid token'],
  'cross-site': [403, 'Request from another site'],
  'not-a-mirrors': [400, 'Operation outside this mirror'],
  'link-refused': [403, 'Invalid or expired download link'],
  forbidden: [403, 'Token without sufficient scope'],
  'not-found': [404, 'Unknown resource or path'],
  'not-mirrored': [404, 'Dataset without a mirror'],
  'not-available': [404, 'Dataset unavailable at Kaggle'],
  'method-not-allowed': [405, 'Unsupported request method'],
  'not-acceptable': [406, 'No acceptable representation'],
  'request-timeout': [408, 'Request not received in time'],
  conflict: [409, 'Conflict with the current state'],
  ambiguous: [409, 'Several datasets match the address'],
  'idempotency-key-in-use': [409, 'Idempotency key in use'],
  'cursor-expired': [410, 'Cursor older than the feed'],
  'precondition-failed': [412, 'Failed precondition of the request'],
  'payload-too-large': [413, 'Request body too large'],
  'uri-too-long': [414, 'Request URI too long'],
  'unsupported-media-type': [415, 'Unsupported media type'],
  'range-not-satisfiable': [416, 'Range outside the file'],
  'misdirected-request': [421, 'Request for another host'],
  'table-failed': [422, 'Failed conversion of the table'],
  'pull-refused': [422, 'Dataset outside the pull-through'],
  'query-too-expensive': [422, 'Query over its budget'],
  'key-not-unique': [422, 'Key with repeated values'],
  'idempotency-key-reused': [422, 'Idempotency key of another request'],
  'precondition-required': [428, 'Missing If-Match header field'],
  'rate-limited': [429, 'Too many requests'],
  'headers-too-large': [431, 'Request header fields too large'],
  'internal-error': [500, 'Unexpected error in the API'],
  'not-on-lambda': [501, 'Function unavailable on AWS Lambda'],
  'not-ready': [503, 'Data not mirrored yet'],
  overloaded: [503, 'Too many concurrent requests'],
  'database-unavailable': [503, 'Database temporarily unreachable'],
  'identity-provider-unavailable': [503, 'Identity provider temporarily unreachable'],
  'volume-unavailable': [503, 'Data volume not readable'],
  // What a sync can end with: kept as last_error and error, never a response's own.
  'kaggle-unauthorized': [401, 'Credentials refused by Kaggle'],
  'kaggle-forbidden': [403, 'Dataset refused by Kaggle'],
  'kaggle-gone': [404, 'Dataset not found at Kaggle'],
  'upstream-replaced': [409, 'Another dataset under this name'],
  'kaggle-rate-limited': [429, 'Rate limit of Kaggle'],
  'kaggle-unavailable': [502, 'Kaggle temporarily unreachable'],
  'kaggle-untrusted': [502, 'Redirect to an untrusted host'],
  'kaggle-pending': [503, 'Archive pending at Kaggle'],
  'archive-damaged': [502, 'Damaged archive from Kaggle'],
  'archive-refused': [502, 'Unsafe archive from Kaggle'],
  'volume-full': [507, 'Full data volume'],
  'sync-failed': [500, 'Unexpected failure of the sync'],
  // What a conversion can end with: kept as a table's problem.
  'table-unreadable': [422, 'File unreadable as a table'],
  'table-too-large': [422, 'File too large for a table'],
  'no-space': [507, 'No space for the table'],
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
  'ambiguous',
] as const;
export type InputCode = (typeof INPUT_CODES)[number];

/** One thing wrong with the input: where (a JSON pointer into the body, a parameter or a header), what, and how to fix it. */
export type InputError = { code: InputCode; detail: string } & (
  | { pointer: string }
  | { parameter: string }
  | { header: string }
);

interface Further {
  headers?: Record<string, string>;
  errors?: readonly InputError[];
  /** How many errors more there are than `errors` lists. */
  unlisted?: number;
  members?: Readonly<Record<string, unknown>>;
}

/** A request that cannot be answered as asked; thrown by handlers, answered as RFC 9457 problem details. */
export class Problem extends Error {
  readonly slug: ProblemSlug;
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly errors: readonly InputError[] | undefined;
  readonly unlisted: number;
  /** Further members of its body (RFC 9457, section 3.2). */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(
    slug: ProblemSlug,
    detail: string,
    { headers = {}, errors, unlisted = 0, members = {} }: Further = {},
  ) {
    super(detail);
    this.name = 'Problem';
    this.slug = slug;
    this.status = PROBLEMS[slug][0];
    this.headers = headers;
    this.errors = errors;
    this.unlisted = unlisted;
    this.members = members;
  }
}

/** Thrown when the thing a path names does not exist. */
export function notFound(what: string, id: string | number): never {
  throw new Problem('not-found', `There is no ${what} ${id}.`);
}

/** The body of RFC 9457, section 3. */
export function problemBody(problem: Problem, request: { path: string; id: string }) {
  const { errors, ...members } = problemMembers(problem);
  return { ...members, instance: request.path, request_id: request.id, ...(errors && { errors }) };
}

/** A problem of a part of a request, as a member of the response. */
export function problemMembers(problem: Problem) {
  return {
    type: `/problems/${problem.slug}`,
    title: PROBLEMS[problem.slug][1],
    status: problem.status,
    detail: problem.message,
    ...(problem.errors && { errors: problem.errors }),
    ...problem.members,
  };
}
