import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import { currentTraceparent } from '#shared/telemetry/spans.ts';
import { MIRROR_STATES, type MirrorState, StoredProblem } from './mirror-state.ts';
import { sql } from './sql.ts';

/**
 * Makes sure a Kaggle dataset has a mirror, and a sync when the version asked for is not there yet: the pinned one,
 * or any. In the caller's transaction. `owner` and `slug` in lower case.
 */
export async function requestMirror(
  db: CommonQueryMethods,
  { owner, slug, pinnedVersion }: { owner: string; slug: string; pinnedVersion: number | null },
): Promise<void> {
  // Whoever lets go of the mirror at this moment (releaseMirror) comes before us or after us, not in between.
  await db.query(sql.typeAlias('void')`
    SELECT FROM mirrors WHERE owner = ${owner} AND slug = ${slug} FOR NO KEY UPDATE`);
  await db.query(sql.typeAlias('void')`
    WITH created AS (
      INSERT INTO mirrors (owner, slug) VALUES (${owner}, ${slug})
      ON CONFLICT (owner, slug) DO NOTHING
      RETURNING id
    ), wanting AS (
      SELECT id FROM created
      UNION ALL
      SELECT id FROM mirrors WHERE owner = ${owner} AND slug = ${slug} AND NOT sample AND NOT EXISTS (
        SELECT FROM versions WHERE mirror_id = mirrors.id AND state = 'ready'
          AND number = coalesce(${pinnedVersion}, number))
    )
    INSERT INTO syncs (mirror_id, traceparent) SELECT id, ${currentTraceparent()} FROM wanting
    ON CONFLICT (mirror_id) WHERE state IN ('queued', 'running') DO NOTHING`);
}

/** Makes the mirror of a dataset that came with this project, before anything asks for it. */
export async function addSampleMirror(db: CommonQueryMethods, ref: string): Promise<void> {
  const [owner = '', slug = ''] = ref.split('/');
  await db.query(sql.typeAlias('void')`
    INSERT INTO mirrors (owner, slug, sample) VALUES (${owner}, ${slug}, true) ON CONFLICT DO NOTHING`);
}

/** Cancels the queued or running sync of a mirror that no dataset names any more, in the caller's transaction. */
export async function releaseMirror(db: CommonQueryMethods, ref: string): Promise<void> {
  // Of two that leave at once, the second waits here and sees that it was the last.
  await db.query(sql.typeAlias('void')`SELECT FROM mirrors WHERE ref = ${ref} FOR NO KEY UPDATE`);
  await db.query(sql.typeAlias('void')`
    UPDATE syncs SET state = 'cancelled', finished_at = now(), phase = NULL, lease_until = NULL
    FROM mirrors
    WHERE mirrors.ref = ${ref} AND syncs.mirror_id = mirrors.id AND syncs.state IN ('queued', 'running')
      AND NOT EXISTS (SELECT FROM datasets WHERE mirror_ref = ${ref})`);
}

export const MirrorRow = z.object({
  ref: z.string(),
  state: z.enum(MIRROR_STATES),
  version: z.int().nullable(),
  upstream_updated_at: z.string().nullable(),
  checked_at: z.string().nullable(),
  stale: z.boolean(),
  licence: z.string().nullable(),
  last_error: StoredProblem.nullable(),
  sync_id: z.int().nullable(),
});
export type MirrorRow = z.output<typeof MirrorRow>;

const columns = sql.fragment`
  ref, state, version, upstream_updated_at, checked_at, stale, licence, last_error,
  (SELECT max(id) FROM syncs WHERE mirror_id = mirrors.id) AS sync_id`;

export function findMirror(db: CommonQueryMethods, ref: string): Promise<MirrorRow | null> {
  return db.maybeOne(
    sql.prepared('find_mirror', MirrorRow)`SELECT ${columns} FROM mirrors WHERE ref = ${ref}`,
  );
}

/** By reference, by code point. */
export function listMirrors(
  db: CommonQueryMethods,
  { state, after, limit }: { state: MirrorState | null; after: string | null; limit: number },
): Promise<readonly MirrorRow[]> {
  const inState = state === null ? sql.fragment`TRUE` : sql.fragment`state = ${state}`;
  return db.any(sql.type(MirrorRow)`
    SELECT ${columns} FROM mirrors WHERE ${inState} AND ref > ${after ?? ''} ORDER BY ref LIMIT ${limit}`);
}

const MirrorKey = z.object({ id: z.int(), owner: z.string(), slug: z.string(), ref: z.string() });
const PAGE = 500;

/** Every mirror, in pages. */
export async function* allMirrors(db: CommonQueryMethods): AsyncGenerator<z.output<typeof MirrorKey>> {
  for (let after = 0; ; ) {
    const page = await db.any(sql.prepared('all_mirrors', MirrorKey)`
      SELECT id, owner, slug, ref FROM mirrors WHERE id > ${after} ORDER BY id LIMIT ${PAGE}`);
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    after = last.id;
  }
}
