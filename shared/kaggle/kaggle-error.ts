/** What a failed conversation with Kaggle means for a dataset. */
export type KaggleFailure =
  | 'unauthorized' // the credentials are refused
  | 'forbidden' // private, or its rules were not accepted, or not there
  | 'gone' // no such dataset or version
  | 'replaced' // another dataset has its name now
  | 'pending' // the version exists, its archive is not built yet
  | 'rate-limited'
  | 'unavailable' // network, 5xx, and answers that make no sense
  | 'untrusted' // a redirect to where we do not go
  | 'refused'; // nothing that pull-through may bring

/** Never holds a signed address: they are bearer capabilities. */
export class KaggleError extends Error {
  readonly failure: KaggleFailure;
  /** Milliseconds that Kaggle asked us to wait. */
  readonly retryAfter: number | undefined;

  constructor(
    failure: KaggleFailure,
    message: string,
    options: { retryAfter?: number | undefined; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'KaggleError';
    this.failure = failure;
    this.retryAfter = options.retryAfter;
  }

  get repeatable(): boolean {
    return this.failure === 'rate-limited' || this.failure === 'unavailable';
  }
}
