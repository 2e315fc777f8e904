import type { CommonQueryMethods } from 'slonik';
import { describedFile } from '#shared/data/metadata.ts';
import type { ColumnSchema, WholeTable } from '#shared/data/tables.ts';

/** The columns of a table as Kaggle describes those of its file. A sheet or a table in a file is described by nobody. */
export async function describeColumns(
  db: CommonQueryMethods,
  versionId: number,
  table: WholeTable,
): Promise<WholeTable> {
  if (table.schema === null || table.part !== null) return table;
  const file = await describedFile(db, versionId, table.path);
  if (file === null) return table;
  const said = new Map(file.columns.map(({ name, description }) => [fold(name), description]));
  const described = (column: ColumnSchema): ColumnSchema => ({
    ...column,
    description: column.description ?? said.get(fold(column.original_name ?? column.name)) ?? null,
  });
  return { ...table, schema: table.schema.map(described) };
}

function fold(name: string): string {
  return name.normalize('NFC').trim().toLowerCase();
}
