import { type ColumnSchema, findTable, type WholeTable } from '#shared/data/tables.ts';
import type { Dependencies } from '#shared/http/dependencies.ts';
import { notFound, Problem } from '#shared/http/problems.ts';

/** A table that can be read. */
export interface ReadyTable extends WholeTable {
  rows: number;
  bytes: number;
  sha256: string;
  schema: ColumnSchema[];
}

type Place = Pick<Dependencies, 'db' | 'tables'>;

/** A table, whatever its state. @throws {Problem} not-found */
export async function knownTable(
  { db, tables }: Place,
  versionId: number,
  name: string,
): Promise<WholeTable> {
  return (tables.enabled ? await findTable(db, versionId, name) : null) ?? notFound('table', name);
}

/** @throws {Problem} not-found, not-ready while it is made, table-failed with the reason */
export async function readyTable(place: Place, versionId: number, name: string): Promise<ReadyTable> {
  const table = await knownTable(place, versionId, name);
  if (table.state === 'failed')
    throw new Problem(
      'table-failed',
      `${table.problem?.title ?? 'The conversion failed'}. ${table.problem?.detail ?? ''}`,
    );
  if (table.state !== 'ready')
    throw new Problem('not-ready', `The table's state is ${table.state}.`, {
      headers: { 'retry-after': '5' },
    });
  return table as ReadyTable;
}
