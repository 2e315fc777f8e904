/** Kaggle answers errors in three shapes, by surface and by age. */
export type ErrorShape = 'flat' | 'nested' | 'text-code';

const STATUS_NAMES: Record<number, string> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
};

export class ApiError extends Error {
  readonly status: number;
  readonly shape: ErrorShape | null;

  /** `shape` null: the one of the surface that was asked. */
  constructor(status: number, message: string, shape: ErrorShape | null = null) {
    super(message);
    this.status = status;
    this.shape = shape;
  }
}

export function errorBody({ status, message }: ApiError, shape: ErrorShape): object {
  switch (shape) {
    case 'flat':
      return { code: status, message };
    case 'text-code':
      return { code: String(status), message };
    case 'nested':
      return { error: { code: status, message, status: STATUS_NAMES[status] ?? 'UNKNOWN' } };
  }
}
