import { listFiles } from '#shared/data/files.ts';
import { firstReadyTable } from '#shared/data/tables.ts';
import type { VersionRow } from '#shared/data/versions.ts';
import type { Dependencies } from '#shared/http/dependencies.ts';
import { croissantOf } from '#shared/mirror/describe/croissant.ts';
import type { MirroredDataset } from '#shared/mirror/find-version.ts';
import { type UseLine, useLines } from './use-lines.ts';

/** Files and characters of what a page has for machines. */
const DESCRIBED = 100;
const LONGEST = 32_768;

type Place = Pick<Dependencies, 'db' | 'tables'> & { origin: string };

/** A version for machines; null where its files and tables are too many for a page. */
export async function describeVersion(
  { db, tables, origin }: Place,
  of: MirroredDataset,
  version: VersionRow,
): Promise<object | null> {
  if (version.file_count > DESCRIBED) return null;
  const data = await croissantOf(db, of, version, { base: origin, tables: tables.enabled });
  return JSON.stringify(data).length > LONGEST ? null : data;
}

/** How to read a version with tools. */
export async function usesOf(
  { db, tables, origin }: Place,
  { id: datasetId, mirror_ref: ref }: MirroredDataset,
  { id, version }: VersionRow,
): Promise<UseLine[]> {
  const [file] = await listFiles(db, id, { prefix: '', after: null, limit: 1 });
  return useLines({
    origin,
    datasetId,
    ref,
    version,
    table: tables.enabled ? await firstReadyTable(db, id) : null,
    sql: tables.sql,
    path: file?.path ?? null,
  });
}
