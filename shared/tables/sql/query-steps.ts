import type { Comparison } from '#shared/tables/diff/comparison.ts';
import type { RowFormat } from '#shared/tables/row-formats.ts';
import type { CheckedQuery } from './check-query.ts';

/** Starts a process for one query, which says `{ ready: true }` when it takes the first step. */
export interface QueryTask {
  kind: 'query';
  /** A client waits for it already: it starts as fast as others do, and gives way when it is ready. */
  awaited: boolean;
}

/** What the process is told, one after the other; each step has one reply. */
export interface QuerySteps {
  /** A text, or in its place what two tables are to be compared by. */
  check: { step: { text: string; compare?: Comparison | undefined }; reply: CheckedQuery };
  open: {
    step: {
      views: readonly TableView[];
      format: RowFormat;
      /** Null: all. */
      maxRows: number | null;
    };
    reply: { columns: ResultColumn[] };
  };
  /** Replied to when JSON is made, before it is written; or when another format is written. */
  run: { step: Record<string, never>; reply: { done: true } };
}

/** A table that the query may read, by its schema and name. */
export interface TableView {
  /** Empty: none is named. */
  schema: string;
  name: string;
  /** Of its Parquet file, absolute. */
  path: string;
  /** Columns that hold JSON. */
  json: readonly string[];
  /** With the position of each row, as `file_row_number`. */
  numbered: boolean;
}

export interface ResultColumn {
  name: string;
  type: string;
}

/** What is wrong with a query, in words that name no place of ours. */
export interface QueryFault {
  fault: 'refused' | 'invalid' | 'too-expensive' | 'damaged';
  detail: string;
  /** From 1; null where the engine does not say. */
  line: number | null;
  column: number | null;
}
