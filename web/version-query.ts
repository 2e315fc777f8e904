import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import type { DatasetRow } from '#shared/data/datasets.ts';
import { listVersions, type VersionRow } from '#shared/data/versions.ts';
import { mirroredDataset, readyVersion } from '#shared/mirror/find-version.ts';
import { VersionParams } from '#shared/mirror/version-params.ts';

/** A choice in a form that is left empty is no choice. */
export function chosen<Schema extends z.ZodType>(schema: Schema) {
  return z
    .literal('')
    .transform(() => undefined)
    .or(schema)
    .optional();
}

export const versionQuery = chosen(VersionParams.shape.version);

const OFFERED = 100;

/** The version that a page is about, and those that it could be about instead, newest first. @throws {Problem} */
export async function chooseVersion(
  db: CommonQueryMethods,
  { id }: Pick<DatasetRow, 'id'>,
  wanted: number | 'latest' = 'latest',
): Promise<{ version: VersionRow; others: readonly VersionRow[] }> {
  const dataset = await mirroredDataset(db, id);
  const version = await readyVersion(db, dataset, wanted);
  const known = await listVersions(db, dataset.mirror_ref, { before: null, limit: OFFERED });
  return { version, others: known.filter(({ state }) => state === 'ready') };
}
