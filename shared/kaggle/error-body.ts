import * as z from 'zod';

const Code = z.union([
  z.number(),
  z
    .string()
    .regex(/^\d{3}$/)
    .transform(Number),
]);
const Flat = z.object({ code: Code, message: z.string().optional() });
const Body = z.union([z.object({ error: Flat }).transform(({ error }) => error), Flat]);

/**
 * Kaggle's errors, in the shapes seen: `{code, message}`, the code a number or a text, and `{error: {…}}`.
 * Null for a body that is none of them.
 */
export function readErrorBody(text: string): { code: number; message: string } | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  const parsed = Body.safeParse(json);
  return parsed.success
    ? { code: parsed.data.code, message: (parsed.data.message ?? '').slice(0, 200) }
    : null;
}
