import type { DuckDBPreparedStatement, DuckDBType } from '@duckdb/node-api';
import { columnNames } from '#shared/tables/column-names.ts';
import { type ColumnType, precisionOf } from '#shared/tables/column-type.ts';
import { targetOf } from '#shared/tables/convert/engine-type.ts';
import { identifier } from '#shared/tables/sql-text.ts';
import type { ResultColumn } from './query-steps.ts';

export interface QueryColumn extends ResultColumn {
  type: ColumnType;
  /** What it is called where the text stands in parentheses. */
  alias: string;
  /** SQL of its values, of exactly that type. */
  value: string;
  /** As JSON writes it: a decimal of more digits than a number of JSON is sure to keep. */
  encoding: 'string' | null;
}

/** The columns of a client's query, by names that differ. */
export function resultColumns(statement: DuckDBPreparedStatement): QueryColumn[] {
  const places = Array.from({ length: statement.columnCount }, (_, index) => index);
  const names = columnNames(places.map((index) => statement.columnName(index)));
  return places.map((index) => {
    const alias = identifier(`c${index}`);
    const { type, sql } = resultType(statement.columnType(index));
    return {
      name: names[index] ?? '',
      type,
      alias,
      value: `CAST(${alias} AS ${sql})`,
      encoding: (precisionOf(type) ?? 0) > 15 ? 'string' : null,
    };
  });
}

/** As tables have them; sums of integers are decimals, not floating point numbers. */
function resultType(type: DuckDBType): { type: ColumnType; sql: string } {
  if (['HUGEINT', 'UHUGEINT'].includes(type.toString()))
    return { type: 'decimal(38,0)', sql: 'DECIMAL(38,0)' };
  return targetOf(type);
}
