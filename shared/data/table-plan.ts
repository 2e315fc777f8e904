import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import { sql } from './sql.ts';
import { TableFormat } from './tables.ts';

const none = z.strictObject({});

const Planned = z.object({
  path: z.string(),
  part: z.string().nullable(),
  format: TableFormat,
  /** Of the file. */
  sha256: z.string(),
  bytes: z.int(),
});
export type PlannedTable = z.output<typeof Planned>;

const Known = Planned.extend({ id: z.int(), name: z.string() });
export type KnownTable = z.output<typeof Known>;

/** Holds off everybody else who changes which tables the version has, until the transaction ends. */
export async function lockTables(tx: CommonQueryMethods, versionId: number): Promise<void> {
  await tx.query(sql.prepared('lock_version', none)`SELECT FROM versions WHERE id = ${versionId} FOR UPDATE`);
}

/** All tables of a version, by path and part. */
export function knownTables(db: CommonQueryMethods, versionId: number): Promise<readonly KnownTable[]> {
  return db.any(sql.prepared('known_tables', Known)`
    SELECT id, name, path, part, format, encode(source_sha256, 'hex') AS sha256, source_bytes AS bytes
    FROM tables WHERE version_id = ${versionId} ORDER BY path, part`);
}

/** Adds tables, by names that no other has yet; they are named rightly by `renameTables`. */
export async function addTables(
  tx: CommonQueryMethods,
  versionId: number,
  tables: readonly PlannedTable[],
): Promise<void> {
  await tx.query(sql.prepared('add_tables', none)`
    INSERT INTO tables (version_id, name, path, part, format, source_sha256, source_bytes)
    SELECT ${versionId}, '+' || path || '+' || coalesce(part, ''), path, part, format, decode(sha256, 'hex'), bytes
    FROM jsonb_to_recordset(${JSON.stringify(tables)}::jsonb)
      AS planned (path text, part text, format text, sha256 text, bytes int8)`);
}

/** A table that was converted under another name is converted again. */
export async function renameTables(
  tx: CommonQueryMethods,
  names: readonly { id: number; name: string }[],
): Promise<void> {
  await tx.query(sql.prepared('rename_tables', none)`
    UPDATE tables SET name = given.name, state = 'waiting', fence = 0
    FROM jsonb_to_recordset(${JSON.stringify(names)}::jsonb) AS given (id int4, name text)
    WHERE tables.id = given.id`);
}

export async function removeTables(tx: CommonQueryMethods, ids: readonly number[]): Promise<void> {
  await tx.query(sql.prepared('remove_tables', none)`
    DELETE FROM tables WHERE id = ANY(${sql.array(ids, 'int4')})`);
}

/** Tables of an earlier release of the converter wait for this one; until then they stay as they were on the volume. */
export async function markTablesFound(
  tx: CommonQueryMethods,
  versionId: number,
  converter: number,
): Promise<void> {
  await tx.query(sql.prepared('outdate_tables', none)`
    UPDATE tables SET state = 'waiting', attempts = 0
    WHERE version_id = ${versionId} AND state IN ('ready', 'failed') AND converter < ${converter}`);
  await tx.query(sql.prepared('mark_tables_found', none)`
    UPDATE versions SET tables_found_by = ${converter} WHERE id = ${versionId}`);
}

/** Wakes the jobs that convert, when the transaction is committed. */
export async function announceTables(tx: CommonQueryMethods): Promise<void> {
  await tx.query(
    sql.prepared('announce_tables', z.object({ pg_notify: z.unknown() }))`SELECT pg_notify('tables', '')`,
  );
}

/** Has the tables of a version that are in this state made anew. */
export async function redoTable(db: CommonQueryMethods, id: number): Promise<void> {
  await db.query(sql.prepared('redo_table', none)`
    UPDATE tables SET state = 'waiting', attempts = 0 WHERE id = ${id} AND state IN ('ready', 'failed')`);
}

const Place = z.object({ id: z.int() });

/** Versions whose files no converter of this release has looked at, newest first. */
export function versionsWithoutTables(
  db: CommonQueryMethods,
  converter: number,
): Promise<readonly z.output<typeof Place>[]> {
  return db.any(sql.type(Place)`
    SELECT id FROM versions WHERE state = 'ready' AND tables_found_by IS DISTINCT FROM ${converter}
      AND coalesce(tables_found_by, 0) < ${converter}
    ORDER BY fetched_at DESC, id DESC LIMIT 100`);
}

const Held = z.object({ id: z.int(), name: z.string(), bytes: z.int(), sha256: z.string() });

/** The tables of a version that are on the volume. */
export function readyTables(
  db: CommonQueryMethods,
  versionId: number,
): Promise<readonly z.output<typeof Held>[]> {
  return db.any(sql.prepared('ready_tables', Held)`
    SELECT id, name, parquet_bytes AS bytes, encode(parquet_sha256, 'hex') AS sha256
    FROM tables WHERE version_id = ${versionId} AND state = 'ready' ORDER BY name`);
}
