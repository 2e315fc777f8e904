import type { ColumnSchema } from '#shared/data/tables.ts';
import type { Compared } from './diff-statements.ts';

export interface Comparison extends Compared {
  columns: { from: readonly ColumnSchema[]; to: readonly ColumnSchema[] };
  /** How many rows are the same, where that is known: keys were seen to be unique then. */
  unchanged: number | null;
  /** The place behind which rows are wanted, and how many. */
  after: number;
  limit: number;
}

export type Row = Record<string, unknown>;

/** A row that is not the same in both versions. */
export interface ChangedRow {
  place: number;
  /** Null: it was added. */
  from: Row | null;
  /** Null: it was removed. */
  to: Row | null;
}

/** Rows of one side that have the key of another row; or what differs. */
export type Difference =
  | { repeated: { side: 'from' | 'to'; rows: number } }
  | { unchanged: number; rows: ChangedRow[] };
