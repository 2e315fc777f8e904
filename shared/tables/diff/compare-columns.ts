import type { ColumnSchema } from '#shared/data/tables.ts';
import { familyOf, isNested, isNumber } from '#shared/tables/column-type.ts';
import { identifier } from '#shared/tables/sql-text.ts';

interface NamedType {
  name: string;
  type: string;
}

/** A column that both sides have. */
export interface CommonColumn {
  name: string;
  /** SQL of a value that equals that of the other side if both stand for the same. */
  compared: string;
}

export interface ComparedColumns {
  added: NamedType[];
  removed: NamedType[];
  retyped: { name: string; from: string; to: string }[];
  common: CommonColumn[];
}

export function compareColumns(from: readonly ColumnSchema[], to: readonly ColumnSchema[]): ComparedColumns {
  const both = to.flatMap(({ name, type }) => {
    const before = from.find((column) => column.name === name);
    return before ? [{ name, from: before.type, to: type }] : [];
  });
  const alone = (columns: readonly ColumnSchema[]) =>
    columns
      .filter(({ name }) => both.every((column) => column.name !== name))
      .map(({ name, type }) => ({ name, type }));
  return {
    added: alone(to),
    removed: alone(from),
    retyped: both.filter((column) => column.from !== column.to),
    common: both.map((column) => ({
      name: column.name,
      compared: compared(identifier(column.name), column.from, column.to),
    })),
  };
}

function compared(column: string, from: string, to: string): string {
  if (from === to && !isNested(from)) return column;
  if (familyOf(from) === 'int' && familyOf(to) === 'int') return `CAST(${column} AS BIGINT)`;
  if (isNumber(from) && isNumber(to)) return `CAST(${column} AS DOUBLE)`;
  return `CAST(${column} AS VARCHAR)`;
}
