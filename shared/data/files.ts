import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import { prefixEnd } from './prefix-end.ts';
import { sql } from './sql.ts';

export const FileRow = z.object({
  path: z.string(),
  size: z.int(),
  sha256: z.string(),
  crc32: z.int(),
  media_type: z.string(),
  /** In base64, as HTTP has it; null for what was mirrored before sums were kept. */
  md5: z.string().nullable(),
});
export type FileRow = z.output<typeof FileRow>;

const columns = sql.fragment`path, size, encode(sha256, 'hex') AS sha256, crc32, media_type,
  encode(md5, 'base64') AS md5`;

export function findFile(db: CommonQueryMethods, versionId: number, path: string): Promise<FileRow | null> {
  return db.maybeOne(sql.prepared('find_file', FileRow)`
    SELECT ${columns} FROM files WHERE version_id = ${versionId} AND path = ${path}`);
}

interface ListOptions {
  /** Only paths that begin with it. */
  prefix: string;
  /** Only paths after it. */
  after: string | null;
  limit: number;
}

/** By path, by code point. */
export function listFiles(
  db: CommonQueryMethods,
  versionId: number,
  { prefix, after, limit }: ListOptions,
): Promise<readonly FileRow[]> {
  // A range, as the index has it: to compare beginnings would read all that comes behind them.
  const end = prefixEnd(prefix);
  const inside = end === null ? sql.fragment`TRUE` : sql.fragment`path < ${end}`;
  return db.any(sql.prepared(end === null ? 'list_files' : 'list_files_inside', FileRow)`
    SELECT ${columns} FROM files
    WHERE version_id = ${versionId} AND path >= ${prefix} AND path > ${after ?? ''} AND ${inside}
    ORDER BY path LIMIT ${limit}`);
}

const PAGE = 5_000;

/** All files of a version, in pages, so that any number of them takes the memory of one. */
export async function* eachFile(db: CommonQueryMethods, versionId: number): AsyncGenerator<FileRow> {
  let after: string | null = null;
  do {
    const page: readonly FileRow[] = await listFiles(db, versionId, { prefix: '', after, limit: PAGE });
    yield* page;
    after = page.length === PAGE ? (page.at(-1)?.path ?? null) : null;
  } while (after !== null);
}

export async function allFiles(db: CommonQueryMethods, versionId: number): Promise<FileRow[]> {
  const files: FileRow[] = [];
  for await (const file of eachFile(db, versionId)) files.push(file);
  return files;
}

/** Records the files of a version in place of those it had; in the caller's transaction. */
export async function replaceFiles(
  db: CommonQueryMethods,
  versionId: number,
  files: readonly FileRow[],
): Promise<void> {
  await db.query(
    sql.prepared('delete_files', z.strictObject({}))`DELETE FROM files WHERE version_id = ${versionId}`,
  );
  for (let at = 0; at < files.length; at += PAGE) {
    await db.query(sql.prepared('insert_files', z.strictObject({}))`
      INSERT INTO files (version_id, path, size, sha256, crc32, media_type, md5)
      SELECT ${versionId}, path, size, decode(sha256, 'hex'), crc32, media_type, decode(md5, 'base64')
      FROM jsonb_to_recordset(${JSON.stringify(files.slice(at, at + PAGE))}::jsonb)
        AS file (path text, size int8, sha256 text, crc32 int8, media_type text, md5 text)`);
  }
}
