import type { DuckDBConnection } from '@duckdb/node-api';
import { rowsOf } from '#shared/tables/open-engine.ts';
import { identifier, literal } from '#shared/tables/sql-text.ts';
import type { SourceFile } from './convert-task.ts';
import { targetOf } from './engine-type.ts';
import { PLAIN, type Relation } from './relation.ts';

/** Rows of a Parquet file that somebody else wrote. */
export async function parquetRelation(connection: DuckDBConnection, { path }: SourceFile): Promise<Relation> {
  const from = `read_parquet(${literal(path)}, binary_as_string = false, hive_partitioning = false)`;
  const reader = await connection.runAndReadAll(`SELECT * FROM ${from} LIMIT 0`);
  const names = reader.columnNames();
  const types = reader.columnTypes();
  const columns = [];
  for (const [index, name] of names.entries()) {
    const type = types[index];
    if (type === undefined) continue;
    const column = identifier(name);
    if (type.toString() === 'TIMESTAMP_NS') {
      const exact = await isExact(connection, from, column);
      const target = exact ? 'TIMESTAMP' : 'VARCHAR';
      columns.push({
        original: name,
        type: exact ? 'timestamp' : 'text',
        value: `CAST(${column} AS ${target})`,
      });
      continue;
    }
    const { type: ours, sql, inside } = targetOf(type);
    columns.push({ original: name, type: ours, value: `CAST(${column} AS ${sql})`, inside });
  }
  return { from, columns, conversion: PLAIN };
}

/** Whether no time has parts of a microsecond. */
async function isExact(connection: DuckDBConnection, from: string, column: string): Promise<boolean> {
  const [row] = await rowsOf(
    connection,
    `SELECT coalesce(bool_and(epoch_ns(${column}) % 1000 = 0), true) AS exact FROM ${from}`,
  );
  return row?.exact === true;
}
