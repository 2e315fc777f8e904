import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import { sql } from './sql.ts';
import { isExpired } from './versions.ts';

/** Which versions stay. */
export interface Keeping {
  /** The newest, where a dataset follows them. */
  keep: number;
  /** Between a version's removal from the catalogue and from the volume. */
  graceHours: number;
}

/** Rows of a removed version go after its bytes. One without files has none that say so. */
const isHere = sql.fragment`(file_count = 0
  OR EXISTS (SELECT FROM files WHERE version_id = versions.id)
  OR EXISTS (SELECT FROM tables WHERE version_id = versions.id)
  OR EXISTS (SELECT FROM version_metadata WHERE version_id = versions.id))`;

/** That `retireVersions` has something to do for a row of mirrors. */
export function needsRetiring({ keep, graceHours }: Keeping) {
  return sql.fragment`(
    mirrors.version IS DISTINCT FROM (SELECT max(number) FROM versions WHERE mirror_id = mirrors.id AND state = 'ready')
    OR EXISTS (
      SELECT FROM versions
      WHERE mirror_id = mirrors.id AND state = 'removed' AND ${isExpired(graceHours)} AND ${isHere})
    OR EXISTS (
      SELECT FROM (
        SELECT number, row_number() OVER (ORDER BY number DESC) AS place FROM versions
        WHERE mirror_id = mirrors.id AND state = 'ready'
      ) AS ready WHERE NOT EXISTS (
        SELECT FROM datasets WHERE mirror_ref = mirrors.ref
          AND (pinned_version = ready.number OR (pinned_version IS NULL AND place <= ${keep})))))`;
}

const MirrorKey = z.object({ id: z.int(), owner: z.string(), slug: z.string(), ref: z.string() });
const PAGE = 500;

/** The mirrors that `retireVersions` has something to do for, in pages. */
export async function* mirrorsToRetire(
  db: CommonQueryMethods,
  keeping: Keeping,
): AsyncGenerator<z.output<typeof MirrorKey>> {
  for (let after = 0; ; ) {
    const page = await db.any(sql.type(MirrorKey)`
      SELECT id, owner, slug, ref FROM mirrors WHERE id > ${after} AND ${needsRetiring(keeping)}
      ORDER BY id LIMIT ${PAGE}`);
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    after = last.id;
  }
}
