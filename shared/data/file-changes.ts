import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import { sql } from './sql.ts';

const Sums = z.object({ size: z.int(), sha256: z.string() });
const FileChange = z.object({ path: z.string(), from: Sums.nullable(), to: Sums.nullable() });
/** A file that two versions do not share; null where it is not there. */
export type FileChange = z.output<typeof FileChange>;

const sums = (side: 'a' | 'b') => {
  const table = sql.identifier([side]);
  return sql.fragment`CASE WHEN ${table}.path IS NOT NULL THEN
    jsonb_build_object('size', ${table}.size, 'sha256', encode(${table}.sha256, 'hex')) END`;
};

/** By path, by code point. */
export function diffFiles(
  db: CommonQueryMethods,
  fromId: number,
  toId: number,
  { after, limit }: { after: string; limit: number },
): Promise<readonly FileChange[]> {
  return db.any(sql.prepared('diff_files', FileChange)`
    SELECT path, ${sums('a')} AS from, ${sums('b')} AS to
    FROM (SELECT * FROM files WHERE version_id = ${fromId} AND path > ${after}) a
    FULL JOIN (SELECT * FROM files WHERE version_id = ${toId} AND path > ${after}) b USING (path)
    WHERE a.sha256 IS DISTINCT FROM b.sha256
    ORDER BY path LIMIT ${limit}`);
}

const ChangeCounts = z.object({ added: z.int(), removed: z.int(), changed: z.int(), unchanged: z.int() });
export type ChangeCounts = z.output<typeof ChangeCounts>;

export function countChanges(db: CommonQueryMethods, fromId: number, toId: number): Promise<ChangeCounts> {
  return db.one(sql.prepared('count_changes', ChangeCounts)`
    SELECT count(*) FILTER (WHERE a.path IS NULL)::int4 AS added,
      count(*) FILTER (WHERE b.path IS NULL)::int4 AS removed,
      count(*) FILTER (WHERE a.sha256 <> b.sha256)::int4 AS changed,
      count(*) FILTER (WHERE a.sha256 = b.sha256)::int4 AS unchanged
    FROM (SELECT path, sha256 FROM files WHERE version_id = ${fromId}) a
    FULL JOIN (SELECT path, sha256 FROM files WHERE version_id = ${toId}) b USING (path)`);
}

const Count = z.object({ count: z.int() });

export async function countUnchanged(db: CommonQueryMethods, fromId: number, toId: number): Promise<number> {
  const { count } = await db.one(sql.prepared('count_unchanged', Count)`
    SELECT count(*) AS count FROM files a JOIN files b USING (path)
    WHERE a.version_id = ${fromId} AND b.version_id = ${toId} AND a.sha256 = b.sha256`);
  return count;
}
