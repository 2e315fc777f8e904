import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import { prefixEnd } from './prefix-end.ts';
import { sql } from './sql.ts';

const FolderEntry = z.object({
  /** Within the folder; that of a folder ends with a slash. */
  name: z.string(),
  files: z.int(),
  size: z.int(),
  /** Null for a folder. */
  sha256: z.string().nullable(),
  media_type: z.string().nullable(),
});
export type FolderEntry = z.output<typeof FolderEntry>;

interface Which {
  /** `''`, or a path that ends with a slash. */
  folder: string;
  after: { isFile: boolean; name: string } | null;
  limit: number;
}

/** What is in a folder of a version: folders first, then files, each by code point. */
export function listFolder(
  db: CommonQueryMethods,
  versionId: number,
  { folder, after, limit }: Which,
): Promise<readonly FolderEntry[]> {
  const { isFile, name } = after ?? { isFile: false, name: '' };
  const end = prefixEnd(folder);
  const inside = end === null ? sql.fragment`TRUE` : sql.fragment`path < ${end}`;
  return db.any(sql.prepared(end === null ? 'list_outermost_folder' : 'list_folder', FolderEntry)`
    SELECT name, count(*)::int4 AS files, sum(size)::int8 AS size,
      CASE WHEN is_file THEN min(encode(sha256, 'hex')) END AS sha256,
      CASE WHEN is_file THEN min(media_type) END AS media_type
    FROM (
      SELECT size, sha256, media_type, strpos(rest, '/') = 0 AS is_file,
        CASE WHEN strpos(rest, '/') = 0 THEN rest ELSE left(rest, strpos(rest, '/')) END AS name
      FROM (
        SELECT substr(path, length(${folder}) + 1) AS rest, size, sha256, media_type FROM files
        WHERE version_id = ${versionId} AND path >= ${folder} AND ${inside}
      ) AS inside
    ) AS entries
    GROUP BY is_file, name HAVING (is_file, name COLLATE "C") > (${isFile}::bool, ${name})
    ORDER BY is_file, name COLLATE "C" LIMIT ${limit}`);
}
