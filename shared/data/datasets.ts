import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import { noteDatasets } from './changes.ts';
import { remembered, sql } from './sql.ts';

export const DatasetRow = z.object({
  id: z.int(),
  name: z.string(),
  description: z.string().nullable(),
  source_url: z.string().nullable(),
  created_at: z.string(),
  updated_at: z.string(),
  mirror_ref: z.string().nullable(),
  pinned_version: z.int().nullable(),
  row_version: z.int(),
});
export type DatasetRow = z.output<typeof DatasetRow>;

/** What a client may set of a dataset, and what follows from its source_url. */
export type DatasetValues = Pick<
  DatasetRow,
  'name' | 'description' | 'source_url' | 'mirror_ref' | 'pinned_version'
>;

/** Of `DatasetRow`. */
export const columns = sql.fragment`
  id, name, description, source_url, created_at, updated_at, mirror_ref, pinned_version, row_version`;

export function findDataset(db: CommonQueryMethods, id: number): Promise<DatasetRow | null> {
  const name = 'find_dataset';
  const make = () => sql.prepared(name, DatasetRow)`SELECT ${columns} FROM datasets WHERE id = ${id}`;
  return db.maybeOne(remembered(name, make, [id]));
}

export function insertDataset(db: CommonQueryMethods, values: DatasetValues): Promise<DatasetRow> {
  const { name, description, source_url, mirror_ref, pinned_version } = values;
  const make = () => sql.prepared('insert_dataset', DatasetRow)`
    WITH added AS (
      INSERT INTO datasets (name, description, source_url, mirror_ref, pinned_version)
      VALUES (${name}, ${description}, ${source_url}, ${mirror_ref}, ${pinned_version})
      RETURNING ${columns}
    ), noted AS (${noteDatasets('dataset.created', sql.fragment`added`)})
    SELECT ${columns} FROM added`;
  return db.one(
    remembered('insert_dataset', make, [name, description, source_url, mirror_ref, pinned_version]),
  );
}

/** What an update may set; what is absent stays as it is. A source_url comes with all that follows from it. */
export interface DatasetChanges {
  name?: string | undefined;
  description?: string | null | undefined;
  source?: Pick<DatasetRow, 'source_url' | 'mirror_ref' | 'pinned_version'>;
}

const LockedRow = DatasetRow.pick({ mirror_ref: true, pinned_version: true });
/** Which mirror and version a dataset names. */
export type LockedRow = z.output<typeof LockedRow>;
const Presence = z.object({ present: z.boolean() });

/**
 * Changes a dataset whose row version is admitted; null when there is none such.
 * A mirror that it did not name before is left out of the row: it may not exist yet (`setMirrorRef`). With a source, the
 * caller notes the change when it is whole.
 */
export function updateDataset(
  db: CommonQueryMethods,
  id: number,
  { name, description, source }: DatasetChanges,
  versions: RowVersions,
): Promise<DatasetRow | null> {
  const changes = [
    sql.fragment`updated_at = now(), row_version = datasets.row_version + 1`,
    ...(name === undefined ? [] : [sql.fragment`name = ${name}`]),
    ...(description === undefined ? [] : [sql.fragment`description = ${description}`]),
    ...(source === undefined
      ? []
      : [
          sql.fragment`source_url = ${source.source_url}, pinned_version = ${source.pinned_version},
            mirror_ref = CASE WHEN datasets.mirror_ref = ${source.mirror_ref} THEN datasets.mirror_ref END`,
        ]),
  ];
  const note = sql.fragment`, noted AS (${noteDatasets('dataset.updated', sql.fragment`updated`)})`;
  return db.maybeOne(sql.type(DatasetRow)`
    WITH updated AS (
      UPDATE datasets SET ${sql.join(changes, sql.fragment`, `)}
      WHERE id = ${id} AND ${isVersion(versions)}
      RETURNING ${columns}
    ) ${source === undefined ? note : sql.fragment``}
    SELECT * FROM updated`);
}

export async function setMirrorRef(db: CommonQueryMethods, id: number, ref: string): Promise<void> {
  await db.query(sql.typeAlias('void')`UPDATE datasets SET mirror_ref = ${ref} WHERE id = ${id}`);
}

/**
 * Locks a dataset whose row version is admitted; null when there is none such. It is a statement by itself: one that
 * locks a row and updates it too can wait for its own lock, behind another that waits for it.
 */
export function lockDataset(
  tx: CommonQueryMethods,
  id: number,
  versions: RowVersions,
  { to }: { to: 'change' | 'remove' },
): Promise<LockedRow | null> {
  const strength = to === 'remove' ? sql.fragment`FOR UPDATE` : sql.fragment`FOR NO KEY UPDATE`;
  return tx.maybeOne(sql.type(LockedRow)`
    SELECT mirror_ref, pinned_version FROM datasets WHERE id = ${id} AND ${isVersion(versions)} ${strength}`);
}

export async function deleteDataset(tx: CommonQueryMethods, id: number): Promise<void> {
  await tx.query(sql.prepared('delete_dataset', z.strictObject({}))`
    WITH gone AS (DELETE FROM datasets WHERE id = ${id} RETURNING ${columns})
    ${noteDatasets('dataset.deleted', sql.fragment`gone`)}`);
}

export async function datasetExists(db: CommonQueryMethods, id: number): Promise<boolean> {
  const { present } = await db.one(
    sql.type(Presence)`SELECT EXISTS (SELECT FROM datasets WHERE id = ${id}) AS present`,
  );
  return present;
}

/** Which row versions a write is meant for; `only` null is any. */
export interface RowVersions {
  only: readonly number[] | null;
  except: readonly number[] | 'all';
}

function isVersion({ only, except }: RowVersions) {
  if (except === 'all') return sql.fragment`FALSE`;
  const conditions = [
    only !== null && sql.fragment`datasets.row_version = ANY(${sql.array(only, 'int4')})`,
    except.length > 0 && sql.fragment`datasets.row_version <> ALL(${sql.array(except, 'int4')})`,
  ].filter((condition) => condition !== false);
  return conditions.length === 0 ? sql.fragment`TRUE` : sql.join(conditions, sql.fragment` AND `);
}

/** Those that name a mirror with a version, by name. */
export function mirroredDatasets(db: CommonQueryMethods, limit: number): Promise<readonly DatasetRow[]> {
  return db.any(sql.prepared('mirrored_datasets', DatasetRow)`
    SELECT ${columns} FROM datasets
    WHERE EXISTS (SELECT FROM mirrors WHERE ref = mirror_ref AND version IS NOT NULL)
    ORDER BY name COLLATE "C", id LIMIT ${limit}`);
}

const Id = z.object({ id: z.int() });

/** A dataset that names this mirror, best one with this pin, `exact`: with no other; the oldest of several. */
export async function datasetOfMirror(
  db: CommonQueryMethods,
  ref: string,
  pinned: number | null,
  { exact = false } = {},
): Promise<number | null> {
  const row = await db.maybeOne(sql.prepared('dataset_of_mirror', Id)`
    SELECT id FROM datasets
    WHERE mirror_ref = ${ref} AND (NOT ${exact}::bool OR pinned_version IS NOT DISTINCT FROM ${pinned}::int4)
    ORDER BY pinned_version IS DISTINCT FROM ${pinned}::int4, id LIMIT 1`);
  return row?.id ?? null;
}

/** Whether any dataset names this mirror. */
export async function isNamed(db: CommonQueryMethods, ref: string): Promise<boolean> {
  const { present } = await db.one(sql.prepared('is_named', Presence)`
    SELECT EXISTS (SELECT FROM datasets WHERE mirror_ref = ${ref}) AS present`);
  return present;
}

/** Whether a dataset names this mirror with this pin. */
export async function isRegistered(
  db: CommonQueryMethods,
  ref: string,
  pinned: number | null,
): Promise<boolean> {
  const { present } = await db.one(sql.type(Presence)`
    SELECT EXISTS (
      SELECT FROM datasets WHERE mirror_ref = ${ref} AND pinned_version IS NOT DISTINCT FROM ${pinned}::int4
    ) AS present`);
  return present;
}
