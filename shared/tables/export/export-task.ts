import type { ColumnType } from '#shared/tables/column-type.ts';
import type { RowFormat } from '#shared/tables/row-formats.ts';
import type { Statement } from '#shared/tables/rows-query.ts';

/** What a statement of ours gives, in a format. */
export interface WrittenRows extends Statement {
  format: Exclude<RowFormat, 'json'>;
  /** Of each column. */
  types: readonly ColumnType[];
  /** Of Parquet, as the engine takes them. */
  fieldIds: Readonly<Record<string, number>>;
}

/** Writes that to standard output. */
export interface ExportTask extends WrittenRows {
  kind: 'export';
}

export type ExportReply = { exported: true } | { broken: string };
