import * as z from 'zod';
import type { ChangeRow } from '#shared/data/change-feed.ts';
import { CHANGE_TYPES } from '#shared/data/changes.ts';
import type { DatasetRow } from '#shared/data/datasets.ts';
import { StoredProblem } from '#shared/data/mirror-state.ts';
import { parseTimestamptz } from '#shared/data/type-parsers.ts';
import { Dataset, presentDataset } from './dataset.ts';

const MirrorChange = z.object({
  dataset_ids: z.array(z.int()).describe('All datasets that name the mirror'),
  ref: z.string(),
  version: z.int().nullable(),
  error: StoredProblem.optional(),
});

/** A change as the API shows it, and as it is delivered. */
export const Change = z
  .object({
    id: z.string().describe('For `after` and Last-Event-ID; of no other meaning'),
    type: z.enum(CHANGE_TYPES),
    time: z.string().describe('RFC 3339 in UTC with microseconds'),
    subject: z.string().describe('`datasets/ID` or `mirrors/OWNER/SLUG`'),
    data: z.union([Dataset, MirrorChange]),
  })
  .meta({ id: 'Change' });

export function presentChange(row: ChangeRow): z.output<typeof Change> {
  const { type, time, subject } = row;
  return { id: writeCursor(row.id), type, time, subject, data: dataOf(row) };
}

function dataOf({ type, dataset_ids, data }: ChangeRow): z.output<typeof Change>['data'] {
  if (type.startsWith('dataset.')) {
    const row = data as unknown as DatasetRow;
    const [created_at, updated_at] = [parseTimestamptz(row.created_at), parseTimestamptz(row.updated_at)];
    return presentDataset({ ...row, created_at, updated_at });
  }
  const { ref, version, error } = data as unknown as z.output<typeof MirrorChange>;
  return { dataset_ids, ref, version, ...(error && { error }) };
}

/** A change's id as clients keep it: text, so that nobody counts on its being a number. */
export function writeCursor(id: number): string {
  return `c${id.toString(36)}`;
}

/** Null for what `writeCursor` never made. */
export function parseCursor(text: string): number | null {
  if (!/^c(0|[1-9a-z][\da-z]{0,9})$/.test(text)) return null;
  return Number.parseInt(text.slice(1), 36);
}
