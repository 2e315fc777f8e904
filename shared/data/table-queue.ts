import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import type { StoredProblem } from './mirror-state.ts';
import { sql } from './sql.ts';
import { type ColumnSchema, type Conversion, TableFormat } from './tables.ts';

const none = z.strictObject({});

const Claim = z.object({
  id: z.int(),
  fence: z.int(),
  attempts: z.int(),
  version_id: z.int(),
  name: z.string(),
  path: z.string(),
  part: z.string().nullable(),
  format: TableFormat,
  source_bytes: z.int(),
  owner: z.string(),
  slug: z.string(),
  ref: z.string(),
  version: z.int(),
});
/** A table that this worker holds: it may write under its fence until another one has a higher. */
export type TableClaim = z.output<typeof Claim>;

/**
 * Takes the next table that waits, or whose holder shows no sign of life; null when there is none. Of a version, files
 * with parts come first: which names the others have depends on them. The row is looked for without a join, in the
 * order of an index: a plan that sorts reads all that waits, for each table again.
 */
export function claimTable(db: CommonQueryMethods, leaseSeconds: number): Promise<TableClaim | null> {
  return db.maybeOne(sql.type(Claim)`
    WITH next AS MATERIALIZED (
      SELECT id FROM tables
      WHERE (state = 'waiting' OR (state = 'converting' AND lease_until < now()))
        AND (SELECT versions.state = 'ready' FROM versions WHERE versions.id = version_id)
        AND (part IS NULL AND format IN ('sqlite', 'xlsx') OR NOT EXISTS (
          SELECT FROM tables unopened WHERE unopened.version_id = tables.version_id AND unopened.part IS NULL
            AND unopened.format IN ('sqlite', 'xlsx') AND unopened.state IN ('waiting', 'converting')))
      ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    UPDATE tables SET state = 'converting', fence = nextval('table_fences'), attempts = attempts + 1,
      lease_until = now() + make_interval(secs => ${leaseSeconds})
    FROM next, versions JOIN mirrors ON mirrors.id = mirror_id
    WHERE tables.id = next.id AND versions.id = version_id
    RETURNING tables.id, fence, attempts, version_id, name, path, part, format, source_bytes, owner, slug, ref, number AS version`);
}

/** A sign of life; false when the table is another's by now, or gone with its version. */
export async function extendTableLease(
  db: CommonQueryMethods,
  { id, fence }: TableClaim,
  leaseSeconds: number,
): Promise<boolean> {
  const { rowCount } = await db.query(sql.prepared('extend_table_lease', none)`
    UPDATE tables SET lease_until = now() + make_interval(secs => ${leaseSeconds})
    FROM versions WHERE versions.id = version_id AND versions.state = 'ready'
      AND tables.id = ${id} AND fence = ${fence} AND tables.state = 'converting'`);
  return rowCount > 0;
}

export interface ConvertedTable {
  rows: number;
  schema: readonly ColumnSchema[];
  conversion: Conversion;
  statistics: unknown;
  parquet: { bytes: number; sha256: string; row_groups: number };
}

/** False when the table is not ours any more. */
export async function finishTable(
  db: CommonQueryMethods,
  { id, fence }: TableClaim,
  table: ConvertedTable,
  converter: number,
): Promise<boolean> {
  const { bytes, sha256, row_groups } = table.parquet;
  const { rowCount } = await db.query(sql.prepared('finish_table', none)`
    UPDATE tables SET state = 'ready', rows = ${table.rows}, columns = ${table.schema.length},
      schema = ${JSON.stringify(table.schema)}::jsonb, conversion = ${JSON.stringify(table.conversion)}::jsonb,
      statistics = ${JSON.stringify(table.statistics)}::jsonb, parquet_bytes = ${bytes},
      parquet_sha256 = decode(${sha256}, 'hex'), row_groups = ${row_groups}, problem = NULL,
      converter = ${converter}, attempts = 0, lease_until = NULL
    WHERE id = ${id} AND fence = ${fence} AND state = 'converting'`);
  return rowCount > 0;
}

export async function failTable(
  db: CommonQueryMethods,
  { id, fence }: TableClaim,
  problem: StoredProblem,
  converter: number,
): Promise<void> {
  await db.query(sql.prepared('fail_table', none)`
    UPDATE tables SET state = 'failed', problem = ${JSON.stringify(problem)}::jsonb, converter = ${converter},
      attempts = 0, lease_until = NULL
    WHERE id = ${id} AND fence = ${fence} AND state = 'converting'`);
}

/** Gives a table back to the queue: a run that stops before its end. */
export async function returnTable(db: CommonQueryMethods, { id, fence }: TableClaim): Promise<void> {
  await db.query(sql.prepared('return_table', none)`
    UPDATE tables SET state = 'waiting', lease_until = NULL, attempts = attempts - 1
    WHERE id = ${id} AND fence = ${fence} AND state = 'converting'`);
}

/** Lets it be tried again; the attempt counts. */
export async function retryTable(db: CommonQueryMethods, { id, fence }: TableClaim): Promise<void> {
  await db.query(sql.prepared('retry_table', none)`
    UPDATE tables SET state = 'waiting', lease_until = NULL
    WHERE id = ${id} AND fence = ${fence} AND state = 'converting'`);
}

/** What turned out to be no table is none; false when it is not ours any more. */
export async function dropTable(db: CommonQueryMethods, { id, fence }: TableClaim): Promise<boolean> {
  const { rowCount } = await db.query(sql.prepared('drop_table', none)`
    DELETE FROM tables WHERE id = ${id} AND fence = ${fence} AND state = 'converting'`);
  return rowCount > 0;
}
