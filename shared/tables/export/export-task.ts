import type { ColumnType } from '#shared/tables/column-type.ts';
import type { RowFormat } from '#shared/tables/row-formats.ts';
import type { Statement } from '#shared/tables/rows-query.ts';

/** Writes what a statement of ours gives to standard output. */
export interface ExportTask extends Statement {
  kind: 'export';
  format: Exclude<RowFormat, 'json'>;
  /** Of each column. */
  types: readonly ColumnType[];
  /** Of Parquet, as the engine takes them. */
  fieldIds: Readonly<Record<string, number>>;
}

export type ExportReply = { exported: true } | { broken: string };
