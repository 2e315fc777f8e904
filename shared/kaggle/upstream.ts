import * as z from 'zod';
import { KaggleError } from './errors.ts';

/** A dataset as GetDataset shows it. Fields with default values may be absent; there are many more. */
const Answer = z.object({
  ref: z.string(),
  title: z.string().catch(''),
  currentVersionNumber: z.int().min(1),
  lastUpdated: timestamp(),
  totalBytes: z.number().nonnegative().nullish().catch(null),
  licenseName: z.string().nullish().catch(null),
  versions: z
    .array(
      z.object({
        versionNumber: z.int(),
        versionNotes: z.string().nullish().catch(null),
        creationDate: timestamp(),
      }),
    )
    .catch([]),
});

export interface Upstream {
  /** `owner/slug` in lower case: another one when the dataset was renamed. */
  ref: string;
  title: string;
  version: number;
  /** RFC 3339 */
  updatedAt: string | null;
  /** Of the files, not of the archive. */
  totalBytes: number | null;
  licence: string | null;
  versions: { number: number; notes: string | null; createdAt: string | null }[];
}

/** @throws {KaggleError} unavailable when it is not what GetDataset answers */
export function parseUpstream(text: string): Upstream {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new KaggleError('unavailable', 'Kaggle responded with a body that is not JSON', { cause });
  }
  const parsed = Answer.safeParse(json);
  if (!parsed.success)
    throw new KaggleError('unavailable', 'Kaggle responded with a body that is not a dataset', {
      cause: parsed.error,
    });
  const { data } = parsed;
  return {
    ref: data.ref.toLowerCase(),
    title: data.title,
    version: data.currentVersionNumber,
    updatedAt: data.lastUpdated,
    totalBytes: data.totalBytes ?? null,
    licence: data.licenseName ?? null,
    versions: data.versions.map(({ versionNumber, versionNotes, creationDate }) => ({
      number: versionNumber,
      notes: versionNotes || null,
      createdAt: creationDate,
    })),
  };
}

/** Kaggle writes up to seven digits of a second; what cannot be read is null. */
function timestamp() {
  return z
    .string()
    .refine((text) => !Number.isNaN(Date.parse(text)))
    .transform((text) => new Date(text).toISOString())
    .nullish()
    .catch(null)
    .transform((text) => text ?? null);
}
