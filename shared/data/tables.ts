import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import { StoredProblem } from './mirror-state.ts';
import { sql } from './sql.ts';

export const TableFormat = z.enum([
  'csv',
  'tsv',
  'psv',
  'txt',
  'json',
  'ndjson',
  'parquet',
  'sqlite',
  'xlsx',
]);
export type TableFormat = z.output<typeof TableFormat>;

export const TableRow = z.object({
  id: z.int(),
  name: z.string(),
  path: z.string(),
  part: z.string().nullable(),
  format: TableFormat,
  state: z.enum(['waiting', 'converting', 'ready', 'failed']),
  rows: z.int().nullable(),
  columns: z.int().nullable(),
  bytes: z.int().nullable(),
  problem: StoredProblem.nullable(),
});
export type TableRow = z.output<typeof TableRow>;

export const ColumnSchema = z.object({
  name: z.string(),
  original_name: z.string().nullable(),
  type: z.string(),
  nullable: z.boolean(),
  description: z.string().nullable(),
  field_id: z.int(),
  encoding: z.literal('string').nullable(),
});
export type ColumnSchema = z.output<typeof ColumnSchema>;

export const Conversion = z.object({
  delimiter: z.string().nullable(),
  quote: z.string().nullable(),
  header: z.boolean().nullable(),
  encoding: z.string().nullable(),
  notes: z.array(z.string()),
});
export type Conversion = z.output<typeof Conversion>;

const WholeTable = TableRow.extend({
  schema: z.array(ColumnSchema).nullable(),
  conversion: Conversion.nullable(),
  sha256: z.string().nullable(),
  row_groups: z.int().nullable(),
});
export type WholeTable = z.output<typeof WholeTable>;

const columns = sql.fragment`
  id, name, path, part, format, state, rows, columns, parquet_bytes AS bytes, problem`;

/** By name, by code point. */
export function listTables(
  db: CommonQueryMethods,
  versionId: number,
  { after, limit }: { after: string | null; limit: number },
): Promise<readonly TableRow[]> {
  return db.any(sql.prepared('list_tables', TableRow)`
    SELECT ${columns} FROM tables WHERE version_id = ${versionId} AND name > ${after ?? ''}
    ORDER BY name LIMIT ${limit}`);
}

export function findTable(
  db: CommonQueryMethods,
  versionId: number,
  name: string,
): Promise<WholeTable | null> {
  return db.maybeOne(sql.prepared('find_table', WholeTable)`
    SELECT ${columns}, schema, conversion, encode(parquet_sha256, 'hex') AS sha256, row_groups
    FROM tables WHERE version_id = ${versionId} AND name = ${name}`);
}

const Name = z.object({ name: z.string() });

/** The first of the tables that a file is made into; null when there is none that can be read. */
export async function tableOfFile(
  db: CommonQueryMethods,
  versionId: number,
  path: string,
): Promise<string | null> {
  const row = await db.maybeOne(sql.prepared('table_of_file', Name)`
    SELECT name FROM tables WHERE version_id = ${versionId} AND path = ${path} AND state = 'ready'
    ORDER BY name LIMIT 1`);
  return row?.name ?? null;
}

export async function firstReadyTable(db: CommonQueryMethods, versionId: number): Promise<string | null> {
  const row = await db.maybeOne(sql.prepared('first_ready_table', Name)`
    SELECT name FROM tables WHERE version_id = ${versionId} AND state = 'ready' ORDER BY name LIMIT 1`);
  return row?.name ?? null;
}

const ReadyTable = z.object({
  name: z.string(),
  path: z.string(),
  part: z.string().nullable(),
  rows: z.int(),
  bytes: z.int(),
  sha256: z.string(),
  schema: z.array(ColumnSchema),
});
export type ReadyTableRow = z.output<typeof ReadyTable>;

/** The first of the tables that can be read, with their columns. */
export function readyTablesOf(
  db: CommonQueryMethods,
  versionId: number,
  limit: number,
): Promise<readonly ReadyTableRow[]> {
  return db.any(sql.prepared('ready_tables_of', ReadyTable)`
    SELECT name, path, part, rows, parquet_bytes AS bytes, encode(parquet_sha256, 'hex') AS sha256, schema
    FROM tables WHERE version_id = ${versionId} AND state = 'ready' ORDER BY name LIMIT ${limit}`);
}

const Statistics = z.object({ statistics: z.string().nullable() });

/** As finished JSON; null where the table has none. */
export async function tableStatistics(db: CommonQueryMethods, id: number): Promise<string | null> {
  const row = await db.maybeOne(sql.prepared('table_statistics', Statistics)`
    SELECT statistics::text AS statistics FROM tables WHERE id = ${id}`);
  return row?.statistics ?? null;
}
