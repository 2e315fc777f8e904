import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import type { Source } from './catalogue.ts';
import { noteChanged } from './changes.ts';
import { DatasetRow } from './datasets.ts';
import { lockMirrors, requestMirrors } from './mirrors.ts';
import { sql } from './sql.ts';

const Match = DatasetRow.pick({
  id: true,
  name: true,
  description: true,
  source_url: true,
  mirror_ref: true,
  pinned_version: true,
});
export type Match = z.output<typeof Match>;

/** More than one is too many, however many there are. */
const MATCHES = 3;

/** Lets one batch after the other look for what is there, so that two of the same do not add everything twice. */
export async function lockBatches(tx: CommonQueryMethods): Promise<void> {
  await tx.query(sql.prepared('lock_batches', z.strictObject({}))`
    SELECT FROM (SELECT pg_advisory_xact_lock(hashtextextended('dataset batches', 0))) AS locked`);
}

/**
 * The datasets that these sources mean, by id: those of the same mirror and pin, or of the same address where it is not
 * Kaggle's. A few of those that one source means are enough. With `lock` they stay as they are until the transaction ends.
 */
export function findMatches(
  tx: CommonQueryMethods,
  sources: readonly Source[],
  lock: boolean,
): Promise<readonly Match[]> {
  const list = sources.map(({ source_url, kaggle }) => ({
    ref: kaggle?.ref,
    pin: kaggle?.pinnedVersion,
    url: kaggle === null ? source_url : null,
  }));
  return tx.any(sql.type(Match)`
    SELECT id, name, description, source_url, mirror_ref, pinned_version FROM datasets WHERE id = ANY(ARRAY(
      SELECT found.id FROM jsonb_to_recordset(${JSON.stringify(list)}::jsonb) AS given (ref text, pin int4, url text)
      CROSS JOIN LATERAL (
        (SELECT id FROM datasets
          WHERE mirror_ref = given.ref AND pinned_version IS NOT DISTINCT FROM given.pin LIMIT ${MATCHES})
        UNION ALL
        (SELECT id FROM datasets WHERE source_url = given.url AND mirror_ref IS NULL LIMIT ${MATCHES})
      ) AS found))
    ORDER BY id ${lock ? sql.fragment`FOR NO KEY UPDATE` : sql.fragment``}`);
}

/** A dataset of which name and description are to be these. */
export interface BatchUpdate {
  id: number;
  name: string;
  description: string | null;
}

const Named = z.object({ ref: z.string() });

/** Makes the mirrors that a batch needs, with their first syncs, and locks those with all that its changes touch, before it writes. */
export async function prepareMirrors(
  tx: CommonQueryMethods,
  inserts: readonly BatchInsert[],
  updates: readonly BatchUpdate[],
): Promise<void> {
  const wanted = inserts.flatMap(({ source }) => source.kaggle ?? []);
  const refs = updates.length === 0 ? [] : await mirrorsOf(tx, updates);
  if (wanted.length > 0) await requestMirrors(tx, wanted, refs);
  else if (refs.length > 0) await lockMirrors(tx, refs);
}

async function mirrorsOf(tx: CommonQueryMethods, updates: readonly BatchUpdate[]): Promise<string[]> {
  const ids = updates.map(({ id }) => id);
  const rows = await tx.any(sql.prepared('mirrors_of_updates', Named)`
    SELECT DISTINCT mirror_ref AS ref FROM datasets
    WHERE id = ANY(${sql.array(ids, 'int4')}) AND mirror_ref IS NOT NULL`);
  return rows.map(({ ref }) => ref);
}

export async function updateDatasets(tx: CommonQueryMethods, updates: readonly BatchUpdate[]): Promise<void> {
  if (updates.length === 0) return;
  await tx.query(sql.prepared('update_datasets', z.strictObject({}))`
    UPDATE datasets SET name = given.name, description = given.description, updated_at = now(),
      row_version = row_version + 1
    FROM jsonb_to_recordset(${JSON.stringify(updates)}::jsonb) AS given (id int4, name text, description text)
    WHERE datasets.id = given.id`);
  await noteChanged(
    tx,
    'dataset.updated',
    updates.map(({ id }) => id),
  );
}

const Inserted = Match.pick({ id: true, source_url: true, mirror_ref: true, pinned_version: true });

export interface BatchInsert {
  name: string;
  description: string | null;
  source: Source;
}

/** Adds datasets in this order, no two of the same source. Their mirrors are there (`prepareMirrors`). */
export async function insertDatasets(
  tx: CommonQueryMethods,
  inserts: readonly BatchInsert[],
): Promise<readonly z.output<typeof Inserted>[]> {
  if (inserts.length === 0) return [];
  const list = inserts.map(({ name, description, source }) => ({
    name,
    description,
    source_url: source.source_url,
    mirror_ref: source.kaggle?.ref,
    pinned_version: source.kaggle?.pinnedVersion,
  }));
  const added = await tx.any(sql.prepared('insert_datasets', Inserted)`
    INSERT INTO datasets (name, description, source_url, mirror_ref, pinned_version)
    SELECT name, description, source_url, mirror_ref, pinned_version
    FROM ROWS FROM (jsonb_to_recordset(${JSON.stringify(list)}::jsonb)
      AS (name text, description text, source_url text, mirror_ref text, pinned_version int4))
      WITH ORDINALITY AS given (name, description, source_url, mirror_ref, pinned_version, place)
    ORDER BY place
    RETURNING id, source_url, mirror_ref, pinned_version`);
  await noteChanged(
    tx,
    'dataset.created',
    added.map(({ id }) => id),
  );
  return added;
}
