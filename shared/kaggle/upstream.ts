import * as z from 'zod';
import type { DatasetMessage, VersionMessage } from '#shared/kaggle-wire/dataset-messages.ts';
import { cleanText } from './clean-text.ts';
import { type Description, parseDescription } from './description.ts';
import { KaggleError } from './kaggle-error.ts';
import { upstreamTime } from './upstream-time.ts';

const MAX_VERSION = 2_147_483_647;
const MAX_LICENCE = 200;
const MAX_NOTES = 10_000;

const versionNumber = z.int().min(1).max(MAX_VERSION);

/** What is read of a GetDataset, within what the database and our own answers can hold. */
const Answer = z.object({
  id: z
    .int()
    .min(1)
    .nullish()
    .transform((id) => id ?? null),
  ref: z.string().regex(/^[\w-]{1,100}\/[\w-]{1,100}$/),
  currentVersionNumber: versionNumber,
  lastUpdated: time(),
  totalBytes: z.int().nonnegative().nullable().catch(null),
  licenseName: text(MAX_LICENCE),
  isPrivate: z
    .unknown()
    .optional()
    .transform((value) => value === true),
  versions: z
    .array(
      z.object({
        versionNumber,
        versionNotes: text(MAX_NOTES),
        creationDate: time(),
      } satisfies Fields<VersionMessage>),
    )
    .nullish(),
} satisfies Fields<DatasetMessage>);

type Fields<Message> = { [Field in keyof Message]?: z.ZodType };

export interface Upstream {
  /** Kaggle's number of the dataset: another one under the same name has another. Null when Kaggle does not say. */
  id: number | null;
  /** `owner/slug` as Kaggle spells it. */
  spelling: string;
  /** `owner/slug` in lower case: another one when the dataset was renamed. */
  ref: string;
  version: number;
  /** RFC 3339 */
  updatedAt: string | null;
  /** Of the files, not of the archive. */
  totalBytes: number | null;
  licence: string | null;
  isPrivate: boolean;
  versions: { number: number; notes: string | null; createdAt: string | null }[];
  description: Description;
  /** The body as it came. */
  received: string;
}

/** @throws {KaggleError} unavailable when it is not what GetDataset answers */
export function parseUpstream(json: string): Upstream {
  let message: unknown;
  try {
    message = JSON.parse(json);
  } catch (cause) {
    throw new KaggleError('unavailable', 'Kaggle responded with a body that is not JSON', { cause });
  }
  const { data, error } = Answer.safeParse(message);
  if (error) {
    const field = error.issues[0]?.path.join('.') || 'the whole of it';
    throw new KaggleError(
      'unavailable',
      `Kaggle responded with a body that is not a usable dataset (${field})`,
      { cause: error },
    );
  }
  return {
    id: data.id,
    spelling: data.ref,
    ref: data.ref.toLowerCase(),
    version: data.currentVersionNumber,
    updatedAt: data.lastUpdated,
    totalBytes: data.totalBytes,
    licence: data.licenseName,
    isPrivate: data.isPrivate,
    versions: (data.versions ?? []).map((version) => ({
      number: version.versionNumber,
      notes: version.versionNotes,
      createdAt: version.creationDate,
    })),
    description: parseDescription(json),
    received: json,
  };
}

/** Cut and cleaned; null when nothing is left, or it is no text. */
function text(most: number) {
  return z
    .unknown()
    .optional()
    .transform((value) => (typeof value === 'string' ? cleanText(value, most) || null : null));
}

/** What cannot be read as a time is null; a year that cannot be written is an error. */
function time() {
  return z
    .unknown()
    .optional()
    .transform((value, { addIssue }) => {
      try {
        return typeof value === 'string' ? upstreamTime(value) : null;
      } catch (error) {
        addIssue((error as RangeError).message);
        return null;
      }
    });
}
