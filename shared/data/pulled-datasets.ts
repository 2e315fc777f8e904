import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import { noteDatasets } from './changes.ts';
import { insertDataset, isRegistered } from './datasets.ts';
import { lockMirrors, releaseMirror } from './mirrors.ts';
import { pullIsOwned } from './pulls.ts';
import { sql } from './sql.ts';
import type { Claim } from './sync-queue.ts';

const Wish = z.object({
  /** Any dataset names the mirror. */
  named: z.boolean(),
  /** Asked for besides the newest, and not looked at yet. */
  versions: z.array(z.int()),
  /** Versions that can be read. */
  held: z.array(z.int()),
});
export type Wish = z.output<typeof Wish>;

/** What clients asked for of a mirror; null where people named it. */
export function findWish(db: CommonQueryMethods, mirrorId: number): Promise<Wish | null> {
  return db.maybeOne(sql.prepared('find_wish', Wish)`
    SELECT EXISTS (SELECT FROM datasets WHERE mirror_ref = ref) AS named, versions,
      ARRAY(SELECT number FROM versions WHERE mirror_id = mirrors.id AND state = 'ready') AS held
    FROM pulls JOIN mirrors ON mirrors.id = mirror_id WHERE mirror_id = ${mirrorId} AND NOT ${pullIsOwned}`);
}

interface Registration {
  /** What clients asked for that was looked at. */
  seen: readonly number[];
  /** Datasets that there have to be. */
  datasets: readonly { name: string; sourceUrl: string; pinnedVersion: number | null }[];
  /** Bytes that will come, and that all that was pulled may have; null is no bound. */
  bytes: number;
  most: number | null;
}

const Taken = z.object({ others: z.int(), own: z.int() });

/**
 * Registers datasets for clients, and sets space aside for them. A number, and nothing is written, when there is not
 * enough: of the bytes that all of them have already.
 */
export function registerPulled(
  db: CommonQueryMethods,
  { mirror_id: mirrorId, ref }: Claim,
  { seen, datasets, bytes, most }: Registration,
): Promise<number | null> {
  return db.transaction(async (tx) => {
    // Two at once could both find the same space.
    await tx.query(sql.prepared('lock_pulls', z.strictObject({}))`
      SELECT FROM pg_advisory_xact_lock(hashtextextended('kaggle-data-api pulls', 0))`);
    const { others, own } = await tx.one(sql.prepared('pulled_bytes', Taken)`
      WITH held AS (
        SELECT pulls.mirror_id, pulls.bytes, coalesce(sum(total_bytes), 0)::int8 AS here
        FROM pulls LEFT JOIN versions ON versions.mirror_id = pulls.mirror_id AND state = 'ready'
        WHERE pulls.mirror_id = ${mirrorId} OR EXISTS (SELECT FROM datasets WHERE id = ANY(dataset_ids))
        GROUP BY pulls.mirror_id
      )
      SELECT coalesce(sum(greatest(bytes, here)) FILTER (WHERE mirror_id <> ${mirrorId}), 0)::int8 AS others,
        coalesce(sum(here) FILTER (WHERE mirror_id = ${mirrorId}), 0)::int8 AS own
      FROM held`);
    if (most !== null && bytes > 0 && others + own + bytes > most) return others + own;
    await lockMirrors(tx, [ref]);
    const ids: number[] = [];
    for (const { name, sourceUrl, pinnedVersion } of datasets) {
      if (await isRegistered(tx, ref, pinnedVersion)) continue;
      const values = { name, description: null, source_url: sourceUrl, mirror_ref: ref };
      ids.push((await insertDataset(tx, { ...values, pinned_version: pinnedVersion })).id);
    }
    await tx.query(sql.prepared('register_pulled', z.strictObject({}))`
      UPDATE pulls SET dataset_ids = dataset_ids || ${sql.array(ids, 'int4')}, bytes = ${own + bytes},
        versions = ARRAY(SELECT unnest(versions) EXCEPT SELECT unnest(${sql.array(seen, 'int4')}))
      WHERE mirror_id = ${mirrorId}`);
    return null;
  });
}

const Unused = z.object({ mirror_id: z.int(), ref: z.string() });

/** What clients had registered, and nobody has read for so many days. */
export function unusedPulls(
  db: CommonQueryMethods,
  days: number,
): Promise<readonly z.output<typeof Unused>[]> {
  return db.any(sql.prepared('unused_pulls', Unused)`
    SELECT mirror_id, ref FROM pulls JOIN mirrors ON mirrors.id = mirror_id
    WHERE used_at < now() - make_interval(days => ${days})
      AND EXISTS (SELECT FROM datasets WHERE id = ANY(dataset_ids) AND mirror_ref = ref AND row_version = 1)
    ORDER BY ref`);
}

/** Takes it out of the catalogue. Datasets of people, and those that they changed, stay. */
export async function evictPull(
  db: CommonQueryMethods,
  { mirror_id: mirrorId, ref }: z.output<typeof Unused>,
): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.query(sql.prepared('evict_pulled', z.strictObject({}))`
      WITH gone AS (SELECT * FROM evict_pulled(${mirrorId})) ${noteDatasets('dataset.deleted', sql.fragment`gone`)}`);
    await releaseMirror(tx, ref);
    await tx.query(
      sql.prepared('end_pull', z.strictObject({}))`DELETE FROM pulls WHERE mirror_id = ${mirrorId}`,
    );
  });
}

/** Forgets what was asked for a day ago and more, and never came. */
export async function forgetWishes(db: CommonQueryMethods): Promise<void> {
  const old = await db.any(sql.prepared('old_wishes', Unused)`
    SELECT mirror_id, ref FROM pulls JOIN mirrors ON mirrors.id = mirror_id
    WHERE used_at < now() - interval '1 day' AND NOT EXISTS (SELECT FROM datasets WHERE mirror_ref = ref)`);
  for (const { mirror_id: mirrorId, ref } of old)
    await db.transaction(async (tx) => {
      await lockMirrors(tx, [ref]);
      await tx.query(sql.prepared('forget_wish', z.strictObject({}))`
        DELETE FROM mirrors WHERE id = ${mirrorId}
          AND NOT EXISTS (SELECT FROM datasets WHERE mirror_ref = ref)
          AND NOT EXISTS (SELECT FROM versions WHERE mirror_id = mirrors.id)
          AND NOT EXISTS (SELECT FROM syncs WHERE mirror_id = mirrors.id AND state IN ('queued', 'running'))`);
    });
}
