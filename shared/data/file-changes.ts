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

const Count = z.object({ count: z.int() });

export async function countUnchanged(db: CommonQueryMethods, fromId: number, toId: number): Promise<number> {
  const { count } = await db.one(sql.prepared('count_unchanged', Count)`
    SELECT count(*) AS count FROM files a JOIN files b USING (path)
    WHERE a.version_id = ${fromId} AND b.version_id = ${toId} AND a.sha256 = b.sha256`);
  return count;
}
