import type { ErrorShape } from '#shared/kaggle-wire/kaggle-errors.ts';

/** A request that is answered by an error; `shape` null: the one of the surface that was asked. */
export class ApiError extends Error {
  readonly code: number;
  readonly shape: ErrorShape | null;

  constructor(code: number, message: string, shape: ErrorShape | null = null) {
    super(message);
    this.code = code;
    this.shape = shape;
  }
}
