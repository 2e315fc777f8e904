import type { DuckDBType } from '@duckdb/node-api';
import type { ColumnType } from '#shared/tables/column-type.ts';
import { identifier } from '#shared/tables/sql-text.ts';
import type { Nested } from './relation.ts';

interface Target {
  type: ColumnType;
  /** The engine's name of what it is cast to. */
  sql: string;
  inside: readonly Nested[];
}

/** By the engine's name: our type, and what holds its values in Parquet for every reader. */
const SCALARS: Readonly<Record<string, readonly [type: ColumnType, sql: string]>> = {
  BOOLEAN: ['boolean', 'BOOLEAN'],
  TINYINT: ['int32', 'INTEGER'],
  SMALLINT: ['int32', 'INTEGER'],
  INTEGER: ['int32', 'INTEGER'],
  UTINYINT: ['int32', 'INTEGER'],
  USMALLINT: ['int32', 'INTEGER'],
  UINTEGER: ['int64', 'BIGINT'],
  BIGINT: ['int64', 'BIGINT'],
  UBIGINT: ['decimal(20,0)', 'DECIMAL(20,0)'],
  FLOAT: ['double', 'DOUBLE'],
  DOUBLE: ['double', 'DOUBLE'],
  DATE: ['date', 'DATE'],
  TIMESTAMP: ['timestamp', 'TIMESTAMP'],
  TIMESTAMP_S: ['timestamp', 'TIMESTAMP'],
  TIMESTAMP_MS: ['timestamp', 'TIMESTAMP'],
  'TIMESTAMP WITH TIME ZONE': ['timestamptz', 'TIMESTAMPTZ'],
  BLOB: ['binary', 'BLOB'],
  JSON: ['json', 'VARCHAR'],
};

/** What a column of the engine's becomes; all without a place of its own becomes text. */
export function targetOf(type: DuckDBType): Target {
  if ('valueType' in type) {
    const element = targetOf(type.valueType as DuckDBType);
    if ('keyType' in type) {
      const key = targetOf(type.keyType as DuckDBType);
      const inside = [named('key', key), named('value', element)];
      return { type: 'map', sql: `MAP(${key.sql}, ${element.sql})`, inside };
    }
    return { type: 'list', sql: `${element.sql}[]`, inside: [named('element', element)] };
  }
  if ('entryNames' in type && 'entryTypes' in type) {
    const names = type.entryNames as string[];
    const entries = (type.entryTypes as DuckDBType[]).map(targetOf);
    const fields = names.map((name, index) => `${identifier(name)} ${entries[index]?.sql}`);
    return {
      type: 'struct',
      sql: `STRUCT(${fields.join(', ')})`,
      inside: entries.map((entry, index) => named(names[index] ?? '', entry)),
    };
  }
  const name = (type as { alias?: string }).alias ?? type.toString();
  const [, digits] = /^DECIMAL(\(\d+,\d+\))$/.exec(name) ?? [];
  if (digits !== undefined) return { type: `decimal${digits}`, sql: name, inside: [] };
  const [ours, sql] = SCALARS[name] ?? ['text', 'VARCHAR'];
  return { type: ours, sql, inside: [] };
}

function named(name: string, { type, inside }: Target): Nested {
  return { name, type, inside };
}
