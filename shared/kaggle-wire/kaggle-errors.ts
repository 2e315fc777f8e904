import * as z from 'zod';

/** Kaggle's errors come in three shapes, by surface and by age: REST, RPC, and the code as text. */
export type ErrorShape = 'flat' | 'nested' | 'text-code';

/** The names that google.rpc gives to HTTP statuses. */
const STATUS_NAMES: Record<number, string> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
};

/** The name of a status in google.rpc. */
export function statusName(code: number): string {
  return STATUS_NAMES[code] ?? 'UNKNOWN';
}

/** An error that clients of both shapes can read. */
export const ErrorMessage = z
  .object({
    code: z.int(),
    message: z.string(),
    error: z.object({ code: z.int(), message: z.string(), status: z.string() }),
  })
  .meta({ id: 'KaggleError' });

export function errorBody({ code, message }: { code: number; message: string }, shape: ErrorShape): object {
  switch (shape) {
    case 'flat':
      return { code, message };
    case 'text-code':
      return { code: String(code), message };
    case 'nested':
      return { error: { code, message, status: statusName(code) } };
  }
}

const Code = z.union([
  z.int(),
  z
    .string()
    .regex(/^\d{3}$/)
    .transform(Number),
]);
const Flat = z.object({ code: Code, message: z.string().optional().catch(undefined) });
const Body = z.union([z.object({ error: Flat }).transform(({ error }) => error), Flat]);

/** Reads an error in any of its shapes; null for a body that is none. The message is as Kaggle wrote it. */
export function readErrorBody(text: string): { code: number; message: string } | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  const { data } = Body.safeParse(json);
  return data ? { code: data.code, message: data.message ?? '' } : null;
}
