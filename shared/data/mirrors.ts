import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import { currentTraceparent } from '#shared/telemetry/spans.ts';
import { MIRROR_STATES, type MirrorState, StoredProblem } from './mirror-state.ts';
import { sql } from './sql.ts';

/** A Kaggle dataset, and the version of it that is asked for; null: any. `owner` and `slug` in lower case. */
interface Wanted {
  owner: string;
  slug: string;
  ref: string;
  pinnedVersion: number | null;
}

/**
 * Locks mirrors for the rest of the caller's transaction. Every writer locks in one order, so that none waits for
 * another in a circle: datasets by id, mirrors that it makes, mirrors that are there by ref (all of them at once),
 * then syncs of these. Only a statement that is a transaction of its own may lock a sync without its mirror.
 */
export async function lockMirrors(tx: CommonQueryMethods, refs: readonly string[]): Promise<void> {
  await tx.query(sql.prepared('lock_mirrors', z.strictObject({}))`
    SELECT FROM mirrors WHERE ref = ANY(${sql.array(refs, 'text')}) ORDER BY ref FOR NO KEY UPDATE`);
}

/** The same for all mirrors whose syncs the removal of a dataset touches: its own, and those it asked for earlier. */
export async function lockMirrorsOf(tx: CommonQueryMethods, datasetId: number): Promise<void> {
  await tx.query(sql.prepared('lock_mirrors_of', z.strictObject({}))`
    SELECT FROM mirrors WHERE id = ANY(ARRAY(
      SELECT mirrors.id FROM mirrors JOIN datasets ON mirror_ref = ref WHERE datasets.id = ${datasetId}
      UNION SELECT mirror_id FROM syncs WHERE dataset_id = ${datasetId}
    )) ORDER BY ref FOR NO KEY UPDATE`);
}

/**
 * Makes sure a Kaggle dataset has a mirror, and a sync when the version asked for is not there yet, in the caller's
 * transaction. The mirror that is left for it (`releaseMirror`) is locked with it.
 */
export function requestMirror(
  tx: CommonQueryMethods,
  wanted: Wanted,
  leaving: string | null = null,
): Promise<void> {
  return requestMirrors(tx, [wanted], leaving === null ? [] : [leaving]);
}

/** The same for many, in as many statements as for one. `others` are locked with them. */
export async function requestMirrors(
  tx: CommonQueryMethods,
  wanted: readonly Wanted[],
  others: readonly string[] = [],
): Promise<void> {
  const list = JSON.stringify(
    wanted.map(({ owner, slug, ref, pinnedVersion }) => ({ owner, slug, ref, pin: pinnedVersion })),
  );
  await tx.query(sql.prepared('add_mirrors', z.strictObject({}))`
    INSERT INTO mirrors (owner, slug)
    SELECT DISTINCT owner, slug FROM jsonb_to_recordset(${list}::jsonb) AS wanted (owner text, slug text)
    WHERE NOT EXISTS (SELECT FROM mirrors WHERE mirrors.owner = wanted.owner AND mirrors.slug = wanted.slug)
    ORDER BY owner, slug ON CONFLICT (owner, slug) DO NOTHING`);
  // A writer that lets go of one of the mirrors at this moment comes before or after this one, not in between.
  await lockMirrors(tx, [...wanted.map(({ ref }) => ref), ...others]);
  await tx.query(sql.prepared('want_versions', z.strictObject({}))`
    INSERT INTO syncs (mirror_id, traceparent)
    SELECT DISTINCT id, ${currentTraceparent()}
    FROM jsonb_to_recordset(${list}::jsonb) AS wanted (ref text, pin int4) JOIN mirrors USING (ref)
    WHERE NOT sample AND NOT EXISTS (
      SELECT FROM versions WHERE mirror_id = mirrors.id AND state = 'ready' AND number = coalesce(pin, number))
    ORDER BY id ON CONFLICT (mirror_id) WHERE state IN ('queued', 'running') DO NOTHING`);
}

/** Makes the mirror of a dataset that came with this project, before anything asks for it. */
export async function addSampleMirror(db: CommonQueryMethods, ref: string): Promise<void> {
  const [owner = '', slug = ''] = ref.split('/');
  await db.query(sql.typeAlias('void')`
    INSERT INTO mirrors (owner, slug, sample) VALUES (${owner}, ${slug}, true) ON CONFLICT DO NOTHING`);
}

/**
 * Cancels the queued or running sync of a mirror that no dataset names any more. The caller has locked it: of two that
 * leave at once, the second sees that it was the last.
 */
export async function releaseMirror(tx: CommonQueryMethods, ref: string): Promise<void> {
  await tx.query(sql.prepared('release_mirror', z.strictObject({}))`
    UPDATE syncs SET state = 'cancelled', finished_at = now(), phase = NULL, lease_until = NULL, bytes_per_second = NULL
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
