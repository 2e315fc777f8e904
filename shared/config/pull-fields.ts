import * as z from 'zod';
import { itemsOf } from './fields.ts';

const PATTERN = /^(\*|[\w-]{1,100}\*?)(\/(\*|[\w-]{1,100}\*?))?$/;

export const pullFields = {
  /** Comma-separated datasets that a client of Kaggle has mirrored by requesting them, as `owner`, `owner/slug` or `*`, each with `*` at its end for all that begin so. `off` disables it. The API and the job need the same value, and the job has to watch the queue. */
  MIRROR_PULL_THROUGH: z
    .string()
    .transform((text) => (text.trim() === 'off' ? [] : itemsOf(text.toLowerCase())))
    .refine((patterns) => patterns.every((pattern) => PATTERN.test(pattern)), {
      error: 'must be off, or comma-separated owners, owner/slug, or *',
    })
    .default([]),
};

/** Whether one of the patterns names a dataset, in lower case. */
export function isPulled(patterns: readonly string[], { owner, slug }: { owner: string; slug: string }) {
  return patterns.some((pattern) => {
    const [owners = '', slugs = '*'] = pattern.split('/');
    return fits(owners, owner) && fits(slugs, slug);
  });
}

function fits(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}
