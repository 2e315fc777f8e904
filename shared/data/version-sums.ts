import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import { sql } from './sql.ts';

const Presence = z.object({ present: z.boolean() });

/** Whether the md5 sums of a version are there, as those that an earlier release mirrored have none. */
export async function hasSums(db: CommonQueryMethods, versionId: number): Promise<boolean> {
  const { present } = await db.one(sql.prepared('has_sums', Presence)`
    SELECT EXISTS (SELECT FROM versions WHERE id = ${versionId} AND archive_of = tree_sha256) AS present`);
  return present;
}

/** Enters the md5 sums of a version and of its files, in base64. */
export async function recordSums(
  db: CommonQueryMethods,
  versionId: number,
  {
    tree,
    archive,
    files,
  }: { tree: string; archive: string; files: readonly { path: string; md5: string | null }[] },
): Promise<void> {
  const rows = JSON.stringify(files);
  await db.transaction(async (tx) => {
    await tx.query(sql.prepared('record_archive_sum', z.strictObject({}))`
      UPDATE versions SET archive_md5 = decode(${archive}, 'base64'), archive_of = decode(${tree}, 'hex')
      WHERE id = ${versionId}`);
    await tx.query(sql.prepared('record_file_sums', z.strictObject({}))`
      UPDATE files SET md5 = decode(sums.md5, 'base64')
      FROM jsonb_to_recordset(${rows}::jsonb) AS sums (path text, md5 text)
      WHERE version_id = ${versionId} AND files.path = sums.path`);
  });
}
