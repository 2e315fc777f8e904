import * as z from 'zod';
import { cleanText } from './clean-text.ts';
import { KaggleError } from './kaggle-error.ts';

/** The fields of a message of Kaggle that a schema reads. */
export type Fields<Message> = { [Field in keyof Message]?: z.ZodType };

const LINE = 500;

/** Cut and cleaned; null when nothing is left, or it is no text. */
export function text(most: number) {
  return z
    .unknown()
    .optional()
    .transform((value) => (typeof value === 'string' ? cleanText(value, most).trim() || null : null));
}

/** Only what a page may link to. */
export function address() {
  return text(2_048).transform((value) => (value !== null && /^https?:\/\//i.test(value) ? value : null));
}

export const line = text(LINE);

/** What is no list is empty, and what does not fit is left out. */
export function list<Item extends z.ZodType>(item: Item, most: number) {
  return z
    .unknown()
    .optional()
    .transform((value) =>
      (Array.isArray(value) ? value.slice(0, most) : []).flatMap((entry) => item.safeParse(entry).data ?? []),
    );
}

/** @throws {KaggleError} unavailable */
export function readMessage<Schema extends z.ZodType>(schema: Schema, json: string): z.output<Schema> {
  try {
    return schema.parse(JSON.parse(json));
  } catch (cause) {
    throw new KaggleError('unavailable', 'Kaggle responded with a body that describes no dataset', { cause });
  }
}
