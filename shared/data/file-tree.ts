import type { CommonQueryMethods, FragmentSqlToken } from 'slonik';
import * as z from 'zod';
import { sql } from './sql.ts';

/** What is in a folder: a file with its size, or another folder. */
const Child = z.object({ name: z.string(), size: z.int().nullable() });
export type Child = z.output<typeof Child>;

interface Page {
  /** Empty for the outermost folder; otherwise its path with a slash at the end. */
  prefix: string;
  /** Only children after this one. */
  after: string | null;
  limit: number;
}

/** A child as `after` takes it: a folder has a slash at its end. */
export function placeOf({ name, size }: Child): string {
  return size === null ? `${name}/` : name;
}

/** Of the characters that a path can have, the one after the slash and the first of all. */
const AFTER_SLASH = '0';
const FIRST = '\u0001';

/**
 * The children of a folder, files and folders alike, in the order of the paths behind them. Each is looked up in the
 * index, from the end of the one before: what is in a folder is not read.
 */
export function listChildren(
  db: CommonQueryMethods,
  versionId: number,
  { prefix, after, limit }: Page,
): Promise<readonly Child[]> {
  const from = prefix + (after === null ? '' : after.replace(/\/$|$/, (end) => (end ? AFTER_SLASH : FIRST)));
  const rest = sql.fragment`substr(path, length(${prefix}::text) + 1)`;
  const first = (start: FragmentSqlToken) => sql.fragment`
    SELECT split_part(${rest}, '/', 1) AS name, size, strpos(${rest}, '/') > 0 AS is_folder
    FROM files WHERE version_id = ${versionId} AND path >= ${start} AND ${isInside(prefix)} ORDER BY path LIMIT 1`;
  const beyond = sql.fragment`
    ${prefix}::text || name || CASE WHEN is_folder THEN ${AFTER_SLASH}::text ELSE ${FIRST}::text END`;
  return db.any(sql.prepared(prefix === '' ? 'list_outermost' : 'list_children', Child)`
    WITH RECURSIVE children AS (
      (${first(sql.fragment`${from}::text`)})
      UNION ALL
      SELECT next.* FROM children CROSS JOIN LATERAL (${first(beyond)}) AS next
    )
    SELECT name, CASE WHEN NOT is_folder THEN size END AS size FROM children LIMIT ${limit}`);
}

const Counts = z.object({ files: z.int(), folders: z.int() });

/** Children of a folder, by kind. */
export function countChildren(
  db: CommonQueryMethods,
  versionId: number,
  prefix: string,
): Promise<z.output<typeof Counts>> {
  return db.one(sql.prepared(prefix === '' ? 'count_outermost' : 'count_children', Counts)`
    SELECT count(*) FILTER (WHERE strpos(rest, '/') = 0) AS files,
      count(DISTINCT split_part(rest, '/', 1)) FILTER (WHERE strpos(rest, '/') > 0) AS folders
    FROM (
      SELECT substr(path, length(${prefix}::text) + 1) AS rest FROM files
      WHERE version_id = ${versionId} AND path >= ${prefix} AND ${isInside(prefix)}
    ) AS inside`);
}

function isInside(prefix: string): FragmentSqlToken {
  return prefix === ''
    ? sql.fragment`TRUE`
    : sql.fragment`path < ${prefix.slice(0, -1) + AFTER_SLASH} COLLATE "C"`;
}

const Extension = z.object({ extension: z.string(), files: z.int(), bytes: z.int() });

/** The files of a version by the extension of their names, in lower case; the most frequent ones first. */
export function countExtensions(
  db: CommonQueryMethods,
  versionId: number,
  limit: number,
): Promise<readonly z.output<typeof Extension>[]> {
  return db.any(sql.prepared('count_extensions', Extension)`
    SELECT coalesce(lower(substring(path FROM '[^/](\.[^./]+)$')), '') AS extension, count(*) AS files,
      sum(size)::int8 AS bytes
    FROM files WHERE version_id = ${versionId} GROUP BY 1 ORDER BY files DESC, extension LIMIT ${limit}`);
}
