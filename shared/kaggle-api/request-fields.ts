import * as z from 'zod';
import { text } from '#shared/http/text.ts';

const MAX_INT = 2_147_483_647;

/** A whole number, or a text of its digits; null when it is absent. */
function count(min: number, max: number) {
  const error = `must be a whole number from ${min} to ${max}`;
  const number = z.int({ error }).min(min, { error }).max(max, { error });
  const digits = z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number)
    .pipe(number);
  return z.union([number, digits], { error }).nullish().transform(orNull);
}

/** A text; null when it is absent or empty. */
function optionalText(max: number) {
  return text(max)
    .nullish()
    .transform((given) => given || null);
}

const name = text(100).min(1, { error: 'must not be empty' });

/** Which dataset. */
export const datasetFields = { ownerSlug: name, datasetSlug: name };

/** Which of its versions; null: the newest on this mirror. */
export const versionFields = { ...datasetFields, datasetVersionNumber: count(1, MAX_INT) };

/** Which file of a version; null: all of them in one archive. */
export const fileFields = { ...versionFields, fileName: optionalText(4_096) };

const DEFAULT_PAGE = 20;
const MAX_PAGE = 200;

/** How these lists name what they go on by. */
export const PAGE_TOKEN = { parameter: 'pageToken', member: 'nextPageToken' };

/** Which part of a list. */
export const pageFields = {
  pageSize: count(0, MAX_INT).transform((size) => Math.min(size || DEFAULT_PAGE, MAX_PAGE)),
  pageToken: optionalText(8_192),
};

/** Which folder of a version; empty: the outermost. */
export const folderFields = {
  ...versionFields,
  ...pageFields,
  path: text(4_096)
    .nullish()
    .transform((path) => (path ?? '').replace(/^\/+|\/+$/g, '')),
};

/** Which datasets, and in which order. What names a value may be in any case, with the name of its list in front. */
export const searchFields = {
  ...pageFields,
  page: count(0, MAX_INT).transform((page) => Math.min(page || 1, 1_000_000)),
  search: optionalText(1_000),
  user: optionalText(200),
  group: optionalText(100),
  sortBy: optionalText(100),
  fileType: optionalText(100),
  license: optionalText(100),
  minSize: count(0, Number.MAX_SAFE_INTEGER),
  maxSize: count(0, Number.MAX_SAFE_INTEGER),
};

function orNull<Value>(value: Value | null | undefined): Value | null {
  return value ?? null;
}
