import type { Conversion } from '#shared/data/tables.ts';
import type { ColumnType } from '#shared/tables/column-type.ts';

/** A type inside of a nested one. */
export interface Nested {
  /** Of a struct's field, `element` of a list, `key` and `value` of a map. */
  name: string;
  type: ColumnType;
  inside: readonly Nested[];
}

export interface RelationColumn {
  original: string | null;
  type: ColumnType;
  /** SQL of its values, of exactly that type. */
  value: string;
  inside?: readonly Nested[];
}

/** What is read of a file: rows in the file's order, to be selected from. */
export interface Relation {
  /** SQL that stands behind FROM. */
  from: string;
  columns: readonly RelationColumn[];
  conversion: Conversion;
}

export const PLAIN: Conversion = { delimiter: null, quote: null, header: null, encoding: null, notes: [] };
