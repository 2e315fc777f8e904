import type { DuckDBConnection } from '@duckdb/node-api';
import { columnNames } from '#shared/tables/column-names.ts';
import type { ColumnType } from '#shared/tables/column-type.ts';
import { fieldId } from '#shared/tables/field-id.ts';
import { rowsOf } from '#shared/tables/open-engine.ts';
import { identifier, literal } from '#shared/tables/sql-text.ts';
import type { Nested, Relation } from './relation.ts';
import { TableError } from './table-error.ts';

/** Rows of a group: few enough to look into one for a page, enough that the footer of many stays small. */
const GROUP_ROWS = 20_000;
/** Cells of a group, all of which are in memory before it is written; and the fewest rows that the engine makes one of. */
const GROUP_CELLS = 6_000_000;
const FEWEST_ROWS = 2_048;

export interface WrittenColumn {
  name: string;
  original_name: string | null;
  type: ColumnType;
  field_id: number;
}

/** Writes a relation as Parquet, with field ids. */
export async function writeParquet(
  connection: DuckDBConnection,
  { from, columns }: Relation,
  target: string,
): Promise<{ columns: WrittenColumn[]; rows: number; row_groups: number }> {
  if (columns.length === 0) throw new TableError('not-a-table', 'The file has no columns.');
  const names = columnNames(columns.map(({ original }) => original));
  const ids = idsOf(
    columns.map(({ type, inside = [] }, index) => ({ name: names[index] ?? '', type, inside })),
  );
  const selected = columns.map(({ value }, index) => `${value} AS ${identifier(names[index] ?? '')}`);
  const groupRows = Math.min(GROUP_ROWS, Math.max(FEWEST_ROWS, Math.floor(GROUP_CELLS / columns.length)));
  await connection.run(
    `COPY (SELECT ${selected.join(', ')} FROM ${from}) TO ${literal(target)}
     (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE ${groupRows}, FIELD_IDS ${ids.sql})`,
  );
  const [footer] = await rowsOf(
    connection,
    `SELECT num_rows, num_row_groups FROM parquet_file_metadata(${literal(target)})`,
  );
  return {
    columns: columns.map(({ original, type }, index) => ({
      name: names[index] ?? '',
      original_name: original,
      type,
      field_id: ids.top[index] ?? 0,
    })),
    rows: Number(footer?.num_rows),
    row_groups: Number(footer?.num_row_groups),
  };
}

/** @throws {TableError} when two columns would have the same id */
function idsOf(columns: readonly Nested[]): { sql: string; top: number[] } {
  const taken = new Set<number>();
  const take = (names: readonly string[], type: ColumnType) => {
    const id = fieldId(names, type);
    if (taken.has(id))
      throw new TableError('unreadable', `The column ${names.join('.')} has the field id of another.`);
    taken.add(id);
    return id;
  };
  const write = (above: readonly string[], { name, type, inside }: Nested): string => {
    const path = [...above, name];
    const own = take(path, type);
    if (inside.length === 0) return String(own);
    return `{__duckdb_field_id: ${own}, ${inside.map((field) => `${identifier(field.name)}: ${write(path, field)}`).join(', ')}}`;
  };
  const written = columns.map((column) => `${identifier(column.name)}: ${write([], column)}`);
  return { sql: `{${written.join(', ')}}`, top: columns.map(({ name, type }) => fieldId([name], type)) };
}
