import * as z from 'zod';
import { type ListedDataset, PLACES } from '#shared/data/dataset-list.ts';
import type { DatasetRow, RowVersions } from '#shared/data/datasets.ts';
import { isNull, quoted } from '#shared/data/packed-rows.ts';
import { unmet, type WritePreconditions } from '#shared/http/preconditions.ts';
import { notFound } from '#shared/http/problems.ts';
import { type Representation, represent } from '#shared/http/representation.ts';
import { ok, type Result } from '#shared/http/results.ts';
import { decimal, text } from '#shared/http/text.ts';

const MAX_INT = 2_147_483_647;

export const DatasetId = z.int().min(1).max(MAX_INT);

export const DatasetParams = z.object({ id: decimal(1, MAX_INT) });

const name = text(2_000)
  .trim()
  .min(1, { error: 'must not be blank' })
  .max(200, { error: 'must have at most 200 characters' })
  .meta({ pattern: '\\S' });
const description = text(65_536).nullish();
const address = text(2_048)
  .refine(isHttpAddress, { error: 'must be an http or https address' })
  .meta({ format: 'uri', minLength: 8, pattern: '^[Hh][Tt][Tt][Pp][Ss]?://' });
const sourceUrl = address.nullish();

/** What a client sends to create a dataset or to replace one. */
export const DatasetInput = z
  .strictObject(
    { name, description: description.transform(orNull), source_url: sourceUrl.transform(orNull) },
    { error: notAnObject('must be a JSON object with at least a name') },
  )
  .meta({ id: 'DatasetInput' });

/** A merge patch (RFC 7396): null removes, what is absent stays. */
export const DatasetPatch = z
  .strictObject(
    { name: name.optional(), description, source_url: sourceUrl },
    { error: notAnObject('must be a JSON object') },
  )
  .meta({ id: 'DatasetPatch' });

/** One dataset of a batch: matched by its address, members that are absent stay. */
export const DatasetBatchItem = z.strictObject(
  { source_url: address, name: name.optional(), description },
  { error: notAnObject('must be a JSON object with at least a source_url') },
);
export type DatasetBatchItem = z.output<typeof DatasetBatchItem>;

const time = z.string().describe('RFC 3339 in UTC with microseconds');

/** A dataset as the API shows it. */
export const Dataset = z
  .object({
    id: z.int(),
    name: z.string(),
    description: z.string().nullable(),
    source_url: z.string().nullable(),
    created_at: time,
    updated_at: time,
    mirror: z
      .object({ ref: z.string().describe('owner/slug'), pinned_version: z.int().nullable() })
      .nullable()
      .describe('The Kaggle dataset that source_url names'),
  })
  .meta({ id: 'Dataset' });

export function presentDataset(row: DatasetRow): z.output<typeof Dataset> {
  const { id, name, description, source_url, created_at, updated_at, mirror_ref, pinned_version } = row;
  const mirror = mirror_ref === null ? null : { ref: mirror_ref, pinned_version };
  return { id, name, description, source_url, created_at, updated_at, mirror };
}

/** Nothing in a dataset's representation changes without its row version. */
export const datasetItem: Representation<DatasetRow> = {
  ...represent(Dataset, presentDataset),
  etag: datasetVersion,
};

/** The same of a row of a list. One template, as to stringify objects takes three times as long. */
export const listedDataset: Representation<ListedDataset> = {
  schema: Dataset,
  write: writeListed,
  writeAll: (rows) => rows.map(writeListed).join(),
  etag: ({ fields, at }) => `"${fields[at + PLACES.id]}.${fields[at + PLACES.row_version]}"`,
};

function writeListed({ fields, at }: ListedDataset): string {
  const ref = fields[at + PLACES.mirror_ref];
  const pinned = fields[at + PLACES.pinned_version];
  const mirror = isNull(ref)
    ? 'null'
    : `{"ref":"${ref}","pinned_version":${isNull(pinned) ? 'null' : pinned}}`;
  const description = quoted(fields[at + PLACES.description]);
  const address = quoted(fields[at + PLACES.source_url]);
  const created = fields[at + PLACES.created_at];
  const updated = fields[at + PLACES.updated_at];
  return `{"id":${fields[at + PLACES.id]},"name":"${fields[at + PLACES.name]}","description":${description},"source_url":${address},"created_at":"${created}","updated_at":"${updated}","mirror":${mirror}}`;
}

/** The entity tag of a dataset. */
export function datasetVersion({ id, row_version }: Pick<DatasetRow, 'id' | 'row_version'>): string {
  return `"${id}.${row_version}"`;
}

/** The answer to a write: the dataset as it is now, or why it was not written. */
export function writtenDataset(
  id: number,
  row: DatasetRow | 'missing' | 'changed',
  preconditions: WritePreconditions,
): Result {
  if (row === 'missing') return notFound('dataset', id);
  if (row === 'changed') throw unmet(preconditions);
  return ok(datasetItem.write(row), { etag: datasetItem.etag(row) });
}

/** The row versions of dataset `id` that the preconditions of a write admit. A weak tag never matches If-Match. */
export function admittedVersions({ ifMatch, ifNoneMatch }: WritePreconditions, id: number): RowVersions {
  return {
    only: ifMatch === null || ifMatch === '*' ? null : versionsOf(ifMatch, id),
    except: ifNoneMatch === '*' ? 'all' : versionsOf((ifNoneMatch ?? []).map(withoutWeakness), id),
  };
}

function versionsOf(tags: readonly string[], id: number): number[] {
  return tags.flatMap((tag) => {
    const [, of, version] = /^"([1-9]\d{0,9})\.([1-9]\d{0,9})"$/.exec(tag) ?? [];
    return Number(of) === id && Number(version) <= MAX_INT ? [Number(version)] : [];
  });
}

function withoutWeakness(tag: string): string {
  return tag.replace(/^W\//, '');
}

function isHttpAddress(value: string): boolean {
  return /^https?:\/\//i.test(value) && URL.canParse(value);
}

function orNull<Value>(value: Value | null | undefined): Value | null {
  return value ?? null;
}

function notAnObject(message: string) {
  return (issue: { code: string }) => (issue.code === 'invalid_type' ? message : undefined);
}
